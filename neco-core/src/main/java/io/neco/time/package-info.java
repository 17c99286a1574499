/**
 * Durations and instants in the textual forms Go programs write and read, because settings, flags and etcd values carry them.
 * Pure functions; nothing here reads a clock.
 */
@NullMarked
package io.neco.time;

import org.jspecify.annotations.NullMarked;
