/**
 * How entries are encrypted at rest: the barrier with its keyring, the unseal key that opens the keyring, and its
 * division into shares. Pure computation over a storage; who may open it is decided elsewhere.
 */
@NullMarked
package io.neco.dctest.vault.seal;

import org.jspecify.annotations.NullMarked;
