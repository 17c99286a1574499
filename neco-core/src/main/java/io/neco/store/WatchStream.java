package io.neco.store;

import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream of a watch: hands whatever comes from the network thread over to the watch's thread, without bound. */
final class WatchStream implements StreamObserver<WatchResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    /** What came over the stream. */
    sealed interface Signal {}

    /** @param value an answer of etcd */
    record Response(WatchResponse value) implements Signal {}

    /**
     * The stream is over.
     *
     * @param reason why
     * @param silent its member does not answer
     * @param refused etcd does not allow the watch, now
     * @param resumeAtOnce nothing is wrong with its member
     */
    record End(String reason, boolean silent, boolean refused, boolean resumeAtOnce) implements Signal {
        static End because(String reason) {
            return new End(reason, false, false, false);
        }

        static End silence() {
            return new End("its member does not answer", true, false, false);
        }

        static End refusal(String reason) {
            return new End(reason, false, true, false);
        }

        static End compaction() {
            return new End("compacted", false, false, true);
        }
    }

    private final Runnable news;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private @Nullable StreamObserver<WatchRequest> requests;

    /** @param news called on the network thread whenever etcd tells of a change */
    WatchStream(Runnable news) {
        this.news = news;
    }

    /** Begins to watch. */
    void open(StreamObserver<WatchRequest> toMember, WatchRequest create) {
        requests = toMember;
        toMember.onNext(create);
    }

    void send(WatchRequest request) {
        if (requests != null) {
            requests.onNext(request);
        }
    }

    /** The next signal, or null when none comes within {@code patience}. */
    @Nullable
    Signal poll(Duration patience) throws InterruptedException {
        return signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Makes {@link #poll} return. */
    void wake() {
        signals.add(End.because("closed"));
    }

    void cancel() {
        if (requests instanceof ClientCallStreamObserver<WatchRequest> call) {
            try {
                call.cancel("the watch moves on", null);
            } catch (RejectedExecutionException e) {
                // the store was closed meanwhile, and the stream with it
                LOG.trace("a stream ended with its store", e);
            }
        }
    }

    @Override
    public void onNext(WatchResponse response) {
        if (response.getEventsCount() > 0) {
            news.run();
        }
        signals.add(new Response(response));
    }

    @Override
    public void onError(Throwable t) {
        Status status = Status.fromThrowable(t);
        boolean refused = status.getCode() == Status.Code.PERMISSION_DENIED
                || EtcdFailure.isForWantOfToken(status.asRuntimeException());
        signals.add(new End(EtcdFailure.reason(t), false, refused, false));
    }

    @Override
    public void onCompleted() {
        signals.add(End.because("its member ended it"));
    }
}
