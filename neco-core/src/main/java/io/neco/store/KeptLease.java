package io.neco.store;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is renewed three times per time to live until it is closed. It counts as lost when etcd says so, or when no member
 * confirmed it for a whole time to live, whichever is first.
 */
final class KeptLease {
    private static final Logger LOG = LoggerFactory.getLogger(KeptLease.class);

    /** Who has granted the lease. */
    interface Lessor {
        /**
         * Renews it.
         *
         * @param expiry when it is over unless it is renewed
         * @return seconds to live; none: there is no such lease
         */
        long renew(long id, Deadline expiry);

        /** Ends it, and with it the keys that are bound to it. */
        void revoke(long id, Deadline deadline);
    }

    private record Etcd(EtcdConnection connection) implements Lessor {
        @Override
        public long renew(long id, Deadline expiry) {
            return connection
                    .repeatable(
                            "renew lease " + Long.toHexString(id),
                            LeaseGrpc.getLeaseKeepAliveMethod(),
                            LeaseKeepAliveRequest.newBuilder().setID(id).build(),
                            expiry)
                    .getTTL();
        }

        @Override
        public void revoke(long id, Deadline deadline) {
            connection.repeatable(
                    "revoke lease " + Long.toHexString(id),
                    LeaseGrpc.getLeaseRevokeMethod(),
                    LeaseRevokeRequest.newBuilder().setID(id).build(),
                    deadline);
        }
    }

    private final Lessor lessor;
    private final long id;
    private final Duration timeToLive;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile long confirmedUntil;

    private KeptLease(Lessor lessor, long id, Duration timeToLive, long asked) {
        this.lessor = lessor;
        this.id = id;
        this.timeToLive = timeToLive;
        this.confirmedUntil = asked + timeToLive.toNanos();
        this.thread = new Thread(this::renew, "neco-etcd-lease-" + Long.toHexString(id));
        this.thread.setDaemon(true);
    }

    /**
     * Asks one member after the other: a lease that was granted without our hearing of it has no keys and expires.
     *
     * @param timeToLive cut to whole seconds, at least one
     */
    static KeptLease grant(EtcdConnection connection, Duration timeToLive) {
        long asked = System.nanoTime();
        long seconds = Math.max(1, timeToLive.toSeconds());
        Duration patience = connection.timing().read();
        long id = connection
                .repeatable(
                        "get a lease of " + seconds + " s from etcd",
                        LeaseGrpc.getLeaseGrantMethod(),
                        LeaseGrantRequest.newBuilder().setTTL(seconds).build(),
                        Deadline.in(patience.toSeconds() < seconds ? patience : Duration.ofSeconds(seconds)))
                .getID();
        return keep(new Etcd(connection), id, Duration.ofSeconds(seconds), asked);
    }

    /**
     * Renews what was granted.
     *
     * @param asked when it was asked for, by {@link System#nanoTime()}
     */
    static KeptLease keep(Lessor lessor, long id, Duration timeToLive, long asked) {
        KeptLease lease = new KeptLease(lessor, id, timeToLive, asked);
        lease.thread.start();
        return lease;
    }

    long id() {
        return id;
    }

    /** Completes when the lease is lost before it is closed. */
    CompletableFuture<Void> lost() {
        return lost;
    }

    /** Whether etcd is sure to keep it at this moment. */
    boolean isConfirmed() {
        return !lost.isDone() && !new Deadline(confirmedUntil).isOver();
    }

    private void renew() {
        long patience = timeToLive.dividedBy(3).multipliedBy(2).toNanos();
        try {
            // sooner when the last answer was long in coming
            while (!closed.await(confirmedUntil - patience - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                if (!renewOnce()) {
                    lost.complete(null);
                    return;
                }
            }
        } catch (InterruptedException e) {
            // only close() interrupts this thread
            LOG.trace("lease {} is closed", id, e);
        } catch (RuntimeException e) {
            // whoever relies on the lease must not go on when nobody renews it any more
            LOG.error(
                    "lease {} is not renewed any more because of a mistake in this program and counts as lost", id, e);
            lost.complete(null);
        }
    }

    /** Whether the lease still lives. */
    private boolean renewOnce() throws InterruptedException {
        Deadline expiry = new Deadline(confirmedUntil);
        while (!expiry.isOver()) {
            long asked = System.nanoTime();
            try {
                long ttl = lessor.renew(id, expiry);
                confirmedUntil = asked + timeToLive.toNanos();
                return ttl > 0;
            } catch (StoreException e) {
                if (Thread.interrupted() || closed.await(100, TimeUnit.MILLISECONDS)) {
                    throw new InterruptedException();
                }
                LOG.debug("lease {} is not renewed yet", id, e);
            }
        }
        LOG.warn("lease {} was not renewed for {} s and counts as lost", id, timeToLive.toSeconds());
        return false;
    }

    /** Stops the renewal; the lease lives on until it is revoked or expires. */
    void stop() {
        closed.countDown();
        thread.interrupt();
    }

    /** Revokes the lease, which deletes the keys bound to it. */
    void revoke(Deadline deadline) {
        lessor.revoke(id, deadline);
    }
}
