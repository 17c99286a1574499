package io.neco.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch of a range that never loses an event. It keeps the revision of the last event it delivered, and whatever happens to its
 * stream (error, end, silence, a member without a leader) it opens another one from the next revision on another member. Only after
 * a compaction can events be gone, and then it says so. From time to time it compares itself with a read.
 *
 * <p>Delivery is at least once, in the order of revisions, on the watch's own thread, one event at a time.
 */
final class ResumingWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResumingWatch.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE_AFTER_REFUSAL = Duration.ofSeconds(5);
    private static final Duration WORTH_A_WARNING = Duration.ofSeconds(5);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    /** Gets the events; what it throws is logged and the watch goes on. */
    interface Listener {
        /** One change. */
        void event(Event event);

        /** Events up to {@code revision} may be gone; the watch goes on after it. */
        void missed(long revision);
    }

    private final EtcdConnection connection;
    private final String name;
    private final ByteString first;
    private final ByteString end;
    private final Listener listener;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile WatchStream stream;

    // owned by the thread
    private long next;
    private int failures;
    private long outageSince;
    private boolean warned;

    /**
     * @param name for the thread and the log
     * @param first first key, with the name space
     * @param end end of the range; empty: only {@code first}
     * @param fromRevision first revision to deliver
     */
    ResumingWatch(
            EtcdConnection connection,
            String name,
            ByteString first,
            ByteString end,
            long fromRevision,
            Listener listener) {
        this.connection = connection;
        this.name = name;
        this.first = first;
        this.end = end;
        this.next = fromRevision;
        this.listener = listener;
        this.stream = new WatchStream(() -> {});
        this.thread = new Thread(this::run, "neco-etcd-watch-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the watch; waits a moment for its thread, which may be delivering an event, unless called by its consumer. */
    @Override
    public void close() {
        closed.countDown();
        stream.wake();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(CLOSE_WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        EtcdMember member = connection.preferredMember();
        outageSince = System.nanoTime();
        try {
            while (!isClosed()) {
                Optional<String> used = connection.token();
                WatchStream.End why = follow(member);
                if (isClosed()) {
                    return;
                }
                if (why.silent()) {
                    connection.distrust(member);
                }
                if (why.resumeAtOnce()) {
                    continue;
                }
                member = connection.memberAfter(member);
                failures++;
                tellOutage(why);
                renewToken(why, used);
                if (failures >= connection.size()) {
                    pause(why);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Streams from one member until the stream is of no use any more. */
    private WatchStream.End follow(EtcdMember member) throws InterruptedException {
        WatchStream current = new WatchStream(member::tookPart);
        stream = current;
        if (isClosed()) {
            return WatchStream.End.because("closed");
        }
        try {
            current.open(member.stream(WatchGrpc.getWatchMethod(), current), createRequest());
            return receive(current);
        } catch (RuntimeException e) {
            // whatever it was, a watch does not end by itself
            LOG.debug("watch {} meets {}", name, e.toString(), e);
            return WatchStream.End.because(e.toString());
        } finally {
            current.cancel();
        }
    }

    private WatchStream.End receive(WatchStream current) throws InterruptedException {
        Timing timing = connection.timing();
        boolean created = false;
        boolean asked = false;
        long suspected = 0;
        Deadline check = Deadline.in(timing.watchCheck());
        while (!isClosed()) {
            Duration patience = created && !asked ? timing.watchIdle() : timing.watchAnswer();
            WatchStream.Signal signal = current.poll(patience);
            if (signal instanceof WatchStream.End ended) {
                return ended;
            }
            if (signal instanceof WatchStream.Response response) {
                asked = false;
                if (response.value().getCanceled()) {
                    return cancelled(response.value());
                }
                if (!created) {
                    created = true;
                    outageIsOver();
                }
                deliver(response.value());
            } else if (!created || asked) {
                return WatchStream.End.silence();
            } else {
                current.send(WatchRequest.newBuilder()
                        .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                        .build());
                asked = true;
            }
            if (created && check.isOver()) {
                long newest = newestModification();
                if (newest >= next && suspected >= next) {
                    return WatchStream.End.because("revision " + suspected + " was never delivered");
                }
                suspected = newest;
                check = Deadline.in(newest >= next ? timing.watchAnswer() : timing.watchCheck());
            }
        }
        return WatchStream.End.because("closed");
    }

    private WatchRequest createRequest() {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(first)
                        .setRangeEnd(end)
                        .setStartRevision(next)
                        .setProgressNotify(true))
                .build();
    }

    /** The newest modification in the range from {@link #next} on, or 0; deletions leave no trace here. */
    private long newestModification() {
        try {
            RangeResponse answer = connection.repeatable(
                    "compare watch " + name + " with a read",
                    KVGrpc.getRangeMethod(),
                    RangeRequest.newBuilder()
                            .setKey(first)
                            .setRangeEnd(end)
                            .setKeysOnly(true)
                            .setMinModRevision(next)
                            .setSortTarget(RangeRequest.SortTarget.MOD)
                            .setSortOrder(RangeRequest.SortOrder.DESCEND)
                            .setLimit(1)
                            .build(),
                    Deadline.in(connection.timing().probe()));
            return answer.getKvsCount() == 0 ? 0 : answer.getKvs(0).getModRevision();
        } catch (StoreException e) {
            LOG.debug("watch {} could not be compared with a read", name, e);
            return 0;
        }
    }

    private void deliver(WatchResponse response) {
        for (Event event : response.getEventsList()) {
            if (event.getKv().getModRevision() >= next) {
                guarded(() -> listener.event(event));
            }
        }
        int count = response.getEventsCount();
        if (count > 0) {
            next = Math.max(next, response.getEvents(count - 1).getKv().getModRevision() + 1);
        }
    }

    private WatchStream.End cancelled(WatchResponse response) {
        if (response.getCompactRevision() == 0) {
            return WatchStream.End.refusal(response.getCancelReason());
        }
        long revision = Math.max(next, Math.max(response.getHeader().getRevision(), response.getCompactRevision() - 1));
        LOG.warn("revisions {} to {} were compacted before watch {} saw them", next, revision, name);
        next = revision + 1;
        guarded(() -> listener.missed(revision));
        return WatchStream.End.compaction();
    }

    private void guarded(Runnable call) {
        if (isClosed()) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the consumer of watch {} failed; the watch goes on", name, e);
        }
    }

    private void tellOutage(WatchStream.End why) {
        LOG.debug("watch {} lost its stream: {}", name, why.reason());
        if (failures == 1) {
            outageSince = System.nanoTime();
        }
        boolean lasting = System.nanoTime() - outageSince > WORTH_A_WARNING.toNanos();
        if (!warned && (why.refused() || lasting)) {
            warned = true;
            LOG.warn("watch {} is interrupted and will go on from revision {}: {}", name, next, why.reason());
        }
    }

    private void renewToken(WatchStream.End why, Optional<String> used) {
        if (why.refused()) {
            try {
                connection.logIn(used, Deadline.in(connection.timing().read()));
            } catch (StoreException e) {
                LOG.debug("watch {} cannot log in", name, e);
            }
        }
    }

    private void outageIsOver() {
        failures = 0;
        if (warned) {
            warned = false;
            LOG.info("watch {} goes on from revision {}", name, next);
        }
    }

    private void pause(WatchStream.End why) throws InterruptedException {
        int rounds = Math.min(failures / connection.size() - 1, 16);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << rounds);
        Duration longest = why.refused() ? LONGEST_PAUSE_AFTER_REFUSAL : LONGEST_PAUSE;
        Duration wait = pause.compareTo(longest) < 0 ? pause : longest;
        if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("watch {} closed while it waited", name);
        }
    }
}
