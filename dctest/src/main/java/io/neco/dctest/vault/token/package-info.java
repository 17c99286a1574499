/**
 * Tokens: how they are made, stored, looked up, renewed and revoked, and the paths below auth/token/ that do so.
 * A token is stored under a keyed hash, and a revoked token takes its children along.
 */
@NullMarked
package io.neco.dctest.vault.token;

import org.jspecify.annotations.NullMarked;
