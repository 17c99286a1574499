/**
 * Programs of the repository for developers and operators; none of them is installed on a boot server. Each has a package of
 * its own and a script in {@code bin/}.
 */
@NullMarked
package io.neco.tools;

import org.jspecify.annotations.NullMarked;
