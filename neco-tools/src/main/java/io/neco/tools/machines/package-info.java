/** {@code generate-sabakan-machines}: the table of bought machines as sabakan's list of machines. */
@NullMarked
package io.neco.tools.machines;

import org.jspecify.annotations.NullMarked;
