package io.neco.store;

import java.util.concurrent.CompletionStage;

/** A won election; source: 02-etcd leader election of the etcd concurrency recipe, see docs/etcd-schema.md. */
public interface Leadership extends AutoCloseable {
    /** The key that guards this leader's writes. */
    LeaderKey key();

    /** The lease the key is bound to. */
    long leaseId();

    /** Completes when the leadership is lost other than by {@link #close()}: lease expired or revoked, or key deleted. */
    CompletionStage<Void> lost();

    /**
     * Whether the leadership is certain at this very moment: not lost, and etcd has confirmed the lease less than its time to live ago by
     * this machine's clock. Unlike {@link #lost()} this also holds right after the whole program stood still, before any of its threads
     * could hear of a loss.
     */
    boolean isHeld();

    /**
     * Whether {@link #isHeld()}, and etcd itself still has the leader's key: to be asked right before anything that another leader would
     * suffer from. So a loss is also noticed after this machine's clock has stood still, as that of a suspended virtual machine may.
     *
     * @throws StoreException when etcd does not answer
     */
    boolean confirm();

    /** Gives the leadership up: deletes the key, revokes the lease, waits three seconds at most; never throws. */
    @Override
    void close();
}
