@NullMarked
package io.neco.dctest.chaos;

import org.jspecify.annotations.NullMarked;
