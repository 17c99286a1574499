/**
 * Vault: unit file, configuration, and the policies put into it.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.vault;

import org.jspecify.annotations.NullMarked;
