/**
 * The servers of the lab's Internet that no package provides: GitHub's release API and downloads, and Flatcar's mirror.
 * They serve what lies in a directory, so that publishing a release is putting files there, and they misbehave on request.
 * Written with the JDK alone: the lab compiles and starts them without the rest of the build.
 */
@NullMarked
package io.neco.dctest.internet;

import org.jspecify.annotations.NullMarked;
