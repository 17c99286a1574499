/**
 * This machine: identity, site settings, files, processes, systemd, dpkg and hardware kind.
 * Programs reach the host only through this package, and a root directory can be given for tests and dry runs.
 */
@NullMarked
package io.neco.host;

import org.jspecify.annotations.NullMarked;
