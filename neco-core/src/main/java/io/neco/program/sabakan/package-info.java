/**
 * sabakan, from which nodes boot: unit file and configuration.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.sabakan;

import org.jspecify.annotations.NullMarked;
