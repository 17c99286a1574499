/** A time of day that tests can set. Exported as a test-jar; nothing here is part of the product. */
@NullMarked
package io.neco.time.testing;

import org.jspecify.annotations.NullMarked;
