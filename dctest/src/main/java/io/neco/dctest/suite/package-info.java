/** The boot servers of a lab and their programs, as the large tests and the chaos runner set them up and look at them. */
@NullMarked
package io.neco.dctest.suite;

import org.jspecify.annotations.NullMarked;
