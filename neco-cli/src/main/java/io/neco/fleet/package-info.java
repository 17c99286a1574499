/**
 * What operators do to machines of the data centre: power, TPM, reboots, programs on nodes, and the hardware of a boot server. Sabakan says
 * which machines there are, their management controllers and CKE do the work.
 */
@NullMarked
package io.neco.fleet;

import org.jspecify.annotations.NullMarked;
