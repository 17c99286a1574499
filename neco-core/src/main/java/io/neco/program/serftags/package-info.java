/**
 * setup-serf-tags, which tells serf the state of a boot server: units and script.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.serftags;

import org.jspecify.annotations.NullMarked;
