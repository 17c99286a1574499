/**
 * {@code generate-artifacts}: the newest images, Debian packages and operating system as an artifact set. Choosing is pure
 * ({@link io.neco.tools.artifacts.NewestVersion}); {@link io.neco.tools.artifacts.UpstreamVersions} asks the servers.
 */
@NullMarked
package io.neco.tools.artifacts;

import org.jspecify.annotations.NullMarked;
