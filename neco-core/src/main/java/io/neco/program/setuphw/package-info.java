/**
 * setup-hw, which configures the hardware of a boot server: unit file.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.setuphw;

import org.jspecify.annotations.NullMarked;
