package io.neco.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A candidate's way to leadership by the recipe Go programs use: a key bound to a lease, first come first served by the revision of
 * its creation, each candidate waiting for the one before it; source: https://pkg.go.dev/go.etcd.io/etcd/client/v3/concurrency.
 */
final class Campaign {
    private static final Logger LOG = LoggerFactory.getLogger(Campaign.class);
    /** How long to trust the watch on the candidate before us, before looking again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final ElectionName election;
    private final String value;
    private final Supplier<KeptLease> leases;
    private final Duration lookAgain;

    Campaign(EtcdConnection connection, EtcdKeys keys, ElectionName election, String value, Duration timeToLive) {
        this(connection, keys, election, value, () -> KeptLease.grant(connection, timeToLive), LOOK_AGAIN);
    }

    Campaign(
            EtcdConnection connection,
            EtcdKeys keys,
            ElectionName election,
            String value,
            Supplier<KeptLease> leases,
            Duration lookAgain) {
        this.connection = connection;
        this.keys = keys;
        this.election = election;
        this.value = value;
        this.leases = leases;
        this.lookAgain = lookAgain;
    }

    /** Blocks until elected; cleans up when it is not. */
    Leadership run(Duration maxWait) throws InterruptedException {
        Deadline deadline = Deadline.in(maxWait);
        while (true) {
            Optional<Leadership> won = candidacy(deadline, maxWait);
            if (won.isPresent()) {
                return won.get();
            }
            LOG.warn("the candidate's key of {} vanished while it waited; it stands again", election.prefix());
        }
    }

    /** One candidacy with one lease; empty when its key vanished meanwhile. */
    private Optional<Leadership> candidacy(Deadline deadline, Duration maxWait) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        KeptLease lease = granted();
        String key = election.prefix() + "/" + Long.toHexString(lease.id());
        Candidate candidate = new Candidate(connection, keys, key, lease);
        boolean won = false;
        try {
            candidate.created(create(key, lease.id()));
            if (!awaitTurn(candidate, deadline, maxWait)) {
                return Optional.empty();
            }
            won = true;
            return Optional.of(new EtcdLeadership(candidate));
        } catch (StoreException e) {
            if (Thread.interrupted()) {
                throw asInterruption(e);
            }
            throw e;
        } finally {
            if (!won) {
                candidate.withdraw();
            }
        }
    }

    private KeptLease granted() throws InterruptedException {
        try {
            return leases.get();
        } catch (StoreException e) {
            if (Thread.interrupted()) {
                throw asInterruption(e);
            }
            throw e;
        }
    }

    private static InterruptedException asInterruption(StoreException e) {
        InterruptedException interruption = new InterruptedException("interrupted while campaigning");
        interruption.initCause(e);
        return interruption;
    }

    /** Puts the candidate's key; repeating this is harmless, since it is created at most once. Returns the creating revision. */
    private long create(String key, long lease) {
        ByteString full = keys.key(key);
        TxnResponse answer = connection.repeatable(
                "stand for election at " + key,
                KVGrpc.getTxnMethod(),
                TxnRequest.newBuilder()
                        .addCompare(keys.createdAt(key, 0))
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestPut(PutRequest.newBuilder()
                                        .setKey(full)
                                        .setValue(ByteString.copyFromUtf8(value))
                                        .setLease(lease)))
                        .addFailure(RequestOp.newBuilder()
                                .setRequestRange(RangeRequest.newBuilder().setKey(full)))
                        .build());
        return answer.getSucceeded()
                ? answer.getHeader().getRevision()
                : answer.getResponses(0).getResponseRange().getKvs(0).getCreateRevision();
    }

    /** Waits until nobody is before us. False when our own key is gone. */
    private boolean awaitTurn(Candidate candidate, Deadline deadline, Duration maxWait) throws InterruptedException {
        // one for all rounds: a candidate may wait for a month, and what listens to its lease stays there
        Semaphore news = new Semaphore(0);
        var unused = candidate.lease().lost().thenRun(news::release);
        while (true) {
            TxnResponse answer = look(candidate);
            if (answer.getResponses(1).getResponseRange().getCount() == 0
                    || candidate.lease().lost().isDone()) {
                return false;
            }
            RangeResponse before = answer.getResponses(0).getResponseRange();
            if (before.getKvsCount() == 0) {
                return true;
            }
            KeyValue holder = before.getKvs(0);
            if (deadline.isOver()) {
                throw new StoreTimeoutException("not elected at " + election.prefix() + " within " + maxWait.toMillis()
                        + " ms: " + keys.stripped(holder.getKey()) + " of "
                        + holder.getValue().toStringUtf8()
                        + " is before us");
            }
            awaitDeletion(holder.getKey(), answer.getHeader().getRevision() + 1, deadline.atMost(lookAgain), news);
        }
    }

    /** In one view: the candidate just before us, and whether our own key is still there. */
    private TxnResponse look(Candidate candidate) {
        ByteString all = keys.key(election.prefix() + "/");
        return connection.repeatable(
                "look at election " + election.prefix(),
                KVGrpc.getTxnMethod(),
                TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestRange(RangeRequest.newBuilder()
                                        .setKey(all)
                                        .setRangeEnd(EtcdKeys.prefixEnd(all))
                                        .setMaxCreateRevision(candidate.createRevision() - 1)
                                        .setSortTarget(RangeRequest.SortTarget.CREATE)
                                        .setSortOrder(RangeRequest.SortOrder.DESCEND)
                                        .setLimit(1)))
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestRange(RangeRequest.newBuilder()
                                        .setKey(keys.key(candidate.key()))
                                        .setCountOnly(true)))
                        .build());
    }

    /** News of a round before only makes us look once more. */
    private void awaitDeletion(ByteString key, long fromRevision, Duration patience, Semaphore news)
            throws InterruptedException {
        ResumingWatch.Listener listener = new ResumingWatch.Listener() {
            @Override
            public void event(Event event) {
                if (event.getType() == Event.EventType.DELETE) {
                    news.release();
                }
            }

            @Override
            public void missed(long revision) {
                news.release();
            }
        };
        try (ResumingWatch watch =
                new ResumingWatch(connection, "election-predecessor", key, ByteString.EMPTY, fromRevision, listener)) {
            watch.start();
            if (!news.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.trace("no news of {}, looking again", key);
            }
        }
    }
}
