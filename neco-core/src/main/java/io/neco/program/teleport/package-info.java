/**
 * Teleport's node service, through which administrators log in to a boot server: its configuration.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.teleport;

import org.jspecify.annotations.NullMarked;
