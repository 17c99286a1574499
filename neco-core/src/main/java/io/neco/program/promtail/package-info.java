/**
 * promtail, which sends the journal to the log servers: unit file and configuration.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.promtail;

import org.jspecify.annotations.NullMarked;
