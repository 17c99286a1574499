/**
 * serf, by which servers and nodes know of each other: unit file and configuration.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.serf;

import org.jspecify.annotations.NullMarked;
