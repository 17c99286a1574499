/**
 * A small client of the HTTP API, for the command line and for a standby that forwards requests to the active server.
 * It takes its trust from the same places as the original.
 */
@NullMarked
package io.neco.dctest.vault.client;

import org.jspecify.annotations.NullMarked;
