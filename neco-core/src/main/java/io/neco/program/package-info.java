/**
 * Programs kept on a boot server, one package each: pure renderers of their configuration and unit files.
 * Nothing here reads or writes; callers give values and put the text in place.
 */
@NullMarked
package io.neco.program;

import org.jspecify.annotations.NullMarked;
