/** A management controller for tests. */
@NullMarked
package io.neco.redfish.testing;

import org.jspecify.annotations.NullMarked;
