/**
 * The command line tool {@code neco}: one class per command, found through {@link io.neco.cli.CommandTree}.
 * Only what a command needs is loaded, since sshd, Vault's unit and CKE start this program again and again.
 */
@NullMarked
package io.neco.cli;

import org.jspecify.annotations.NullMarked;
