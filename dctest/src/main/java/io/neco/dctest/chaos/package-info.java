/**
 * Faults at every step of an update, on the real hosts of a lab: kills, reboots, cuts, a registry that is down, a full disk. Each cell of the
 * matrix is one update with one fault; afterwards nothing may be lost. See docs/reliability.md.
 */
@NullMarked
package io.neco.dctest.chaos;

import org.jspecify.annotations.NullMarked;
