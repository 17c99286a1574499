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

    /** Gives the leadership up: deletes the key, revokes the lease, waits at most some seconds; never throws. */
    @Override
    void close();
}
