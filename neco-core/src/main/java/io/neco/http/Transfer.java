package io.neco.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A body that is read piece by piece, each asked for when the one before was taken: memory stays constant however large the body is.
 * The body waits until {@link #drainTo} is called; {@link #cancel} drops it and the connection.
 */
final class Transfer implements BodySubscriber<Transfer> {

    /** Takes the pieces. */
    @FunctionalInterface
    interface Sink {
        void take(ByteBuffer piece) throws IOException;
    }

    private final CompletableFuture<Transfer> self = CompletableFuture.completedFuture(this);
    private Flow.@Nullable Subscription subscription;
    private @Nullable Sink sink;
    private boolean isDone;
    private @Nullable Throwable failure;
    private long pieces;

    @Override
    public CompletionStage<Transfer> getBody() {
        return self;
    }

    /**
     * Reads the body to its end.
     *
     * @param stall how long to wait for the next piece
     * @throws IOException the sink's failure, or the connection's
     */
    void drainTo(Sink target, Duration stall) throws IOException, InterruptedException {
        try {
            awaitEnd(target, stall);
        } finally {
            cancel();
        }
    }

    private synchronized void awaitEnd(Sink target, Duration stall) throws IOException, InterruptedException {
        sink = target;
        if (subscription != null) {
            subscription.request(1);
        }
        long seen = pieces;
        long deadline = System.nanoTime() + stall.toNanos();
        while (!isDone) {
            if (pieces != seen) {
                seen = pieces;
                deadline = System.nanoTime() + stall.toNanos();
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new HttpTimeoutException("nothing was received for " + stall.toSeconds() + " s");
            }
            wait(left / 1_000_000 + 1);
        }
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    /** Drops the rest of the body. */
    synchronized void cancel() {
        isDone = true;
        if (subscription != null) {
            subscription.cancel();
        }
        notifyAll();
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (isDone) {
            given.cancel();
        } else if (sink != null) {
            given.request(1);
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        if (isDone || sink == null || subscription == null) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                sink.take(buffer);
            }
            pieces++;
            subscription.request(1);
        } catch (IOException | RuntimeException e) {
            subscription.cancel();
            finish(e);
        }
        notifyAll();
    }

    @Override
    public synchronized void onError(Throwable error) {
        finish(error);
    }

    @Override
    public synchronized void onComplete() {
        finish(null);
    }

    private void finish(@Nullable Throwable error) {
        if (!isDone) {
            isDone = true;
            failure = error;
            notifyAll();
        }
    }
}
