/**
 * sabakan-state-setter: one of them leads, looks at every machine each minute, and tells sabakan how it is; it also finishes retirements
 * and switches retired machines off. What a machine's state should be is a pure decision ({@code Health}); the rest asks, writes and tells.
 */
@NullMarked
package io.neco.statesetter;

import org.jspecify.annotations.NullMarked;
