/**
 * A stand-in for HashiCorp Vault, for virtual data centres in closed networks: the HTTP API and the command line as far
 * as set-up, joining, unsealing, backups and certificates of a boot server need them. What it lacks it says.
 */
@NullMarked
package io.neco.dctest.vault;

import org.jspecify.annotations.NullMarked;
