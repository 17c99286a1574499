/**
 * What a release of Neco consists of: container images, Debian packages and the operating system image.
 * The current set is data (artifacts.yml), so that a new set needs no new code.
 */
@NullMarked
package io.neco.artifact;

import org.jspecify.annotations.NullMarked;
