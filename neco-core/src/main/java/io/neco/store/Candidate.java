package io.neco.store;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.TxnRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A candidate's key and lease, and how both are given up. */
final class Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);
    /** How long the deletion of the key may take; what is left of the time for both is the lease's. */
    static final Duration RESIGN_WITHIN = Duration.ofMillis(1200);
    /** How long both may take together, from the beginning. */
    static final Duration WITHDRAW_WITHIN = Duration.ofSeconds(2);

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final String key;
    private final KeptLease lease;
    private volatile long createRevision;

    Candidate(EtcdConnection connection, EtcdKeys keys, String key, KeptLease lease) {
        this.connection = connection;
        this.keys = keys;
        this.key = key;
        this.lease = lease;
    }

    EtcdConnection connection() {
        return connection;
    }

    EtcdKeys keys() {
        return keys;
    }

    String key() {
        return key;
    }

    KeptLease lease() {
        return lease;
    }

    /** The revision that created the key; 0 before. */
    long createRevision() {
        return createRevision;
    }

    void created(long revision) {
        createRevision = revision;
    }

    /**
     * Deletes the key and revokes the lease, within two seconds and even when the thread is interrupted. What cannot be done is left to
     * the lease's expiry.
     */
    void withdraw() {
        lease.stop();
        boolean interrupted = Thread.interrupted();
        Deadline deadline = Deadline.in(WITHDRAW_WITHIN);
        try {
            if (createRevision != 0) {
                connection.repeatable(
                        "resign at " + key,
                        KVGrpc.getTxnMethod(),
                        TxnRequest.newBuilder()
                                .addCompare(keys.createdAt(key, createRevision))
                                .addSuccess(keys.deleteOp(key))
                                .build(),
                        Deadline.in(RESIGN_WITHIN));
            }
        } catch (StoreException e) {
            LOG.debug("{} is not deleted, its lease will be revoked or expire", key, e);
        }
        try {
            lease.revoke(deadline);
        } catch (StoreException e) {
            LOG.debug("lease of {} is not revoked, it will expire", key, e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
