package io.neco.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A won election: watches over its key and its lease until it is closed. */
final class EtcdLeadership implements Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdLeadership.class);

    private final Candidate candidate;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ResumingWatch watch;

    EtcdLeadership(Candidate candidate) {
        this.candidate = candidate;
        this.watch = new ResumingWatch(
                candidate.connection(),
                "leadership",
                candidate.keys().key(candidate.key()),
                ByteString.EMPTY,
                candidate.createRevision() + 1,
                new KeyListener());
        watch.start();
        var unused = candidate.lease().lost().thenRun(this::tellLost);
    }

    @Override
    public LeaderKey key() {
        return new LeaderKey(candidate.key());
    }

    @Override
    public long leaseId() {
        return candidate.lease().id();
    }

    @Override
    public CompletionStage<Void> lost() {
        return lost.minimalCompletionStage();
    }

    @Override
    public boolean isHeld() {
        return !closed.get() && !lost.isDone() && candidate.lease().isConfirmed();
    }

    @Override
    public boolean confirm() {
        if (isHeld() && isGone()) {
            tellLost();
        }
        return isHeld(); // the answer may have been long in coming
    }

    private boolean isGone() {
        return candidate
                        .connection()
                        .repeatable(
                                "look at " + candidate.key(),
                                KVGrpc.getRangeMethod(),
                                RangeRequest.newBuilder()
                                        .setKey(candidate.keys().key(candidate.key()))
                                        .setCountOnly(true)
                                        .build())
                        .getCount()
                == 0;
    }

    private void tellLost() {
        if (!closed.get()) {
            lost.complete(null);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            watch.close();
            candidate.withdraw();
        }
    }

    private final class KeyListener implements ResumingWatch.Listener {
        @Override
        public void event(Event event) {
            if (event.getType() == Event.EventType.DELETE) {
                tellLost();
            }
        }

        @Override
        public void missed(long revision) {
            try {
                if (isGone()) {
                    tellLost();
                }
            } catch (StoreException e) {
                LOG.warn("cannot tell whether {} still exists; its lease will", candidate.key(), e);
            }
        }
    }
}
