/**
 * The only place that speaks Vault: sealing, certificate authorities, policies and secrets, with deadlines and errors that tell
 * address, path, status and Vault's own words. Everything else sees plain values.
 */
@NullMarked
package io.neco.vault;

import org.jspecify.annotations.NullMarked;
