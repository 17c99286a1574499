/**
 * Releases: their versions and tags, and the GitHub-compatible server that offers them. The only place that uses the github-api library.
 */
@NullMarked
package io.neco.release;

import org.jspecify.annotations.NullMarked;
