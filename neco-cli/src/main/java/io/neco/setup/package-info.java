/**
 * {@code neco setup}: makes a cluster of etcd and Vault out of three or more servers, in lock-step with the other servers and with
 * the reference's protocol (docs/setup.md). One class per phase; {@link io.neco.setup.Setup} reads like the table of phases.
 */
@NullMarked
package io.neco.setup;

import org.jspecify.annotations.NullMarked;
