package io.neco.worker.step;

import io.neco.store.ContentsKey;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.ContentsUpdateStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one boot server do what is to be done once for all of them, e.g. upload contents: whoever is elected first does the work and
 * records how it went; those that come later find the record and do nothing, or fail as the first one did.
 *
 * <p>The lock's lease lasts 20 seconds (the reference's 600), so a leader that dies frees the others within 30. The work runs on a thread
 * of its own, which is interrupted when the update is stopped, the worker ends, or the lock is lost; nothing is recorded then, and the work
 * is done again by whoever comes next.
 *
 * <p>Work that failed for a reason that may pass is repeated here, under the lock, since a recorded failure is final: it stands until {@code neco recover}
 * deletes it, or a request for another version makes it meaningless. That also holds for the server that failed, when it is restarted before
 * it could report.
 *
 * <p>Source: worker/sabakan.go, worker/cke.go at 1eec387.
 */
public final class ContentsGuard {
    /** How long a step that waits for the guard may take: the one that works may have to fetch gigabytes. */
    public static final Duration DEADLINE = Duration.ofHours(2);

    private static final Logger log = LoggerFactory.getLogger(ContentsGuard.class);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 3;
    /** An attempt may take half an hour to fail, e.g. when a server hangs; that must not be multiplied. */
    private static final Duration REPEATED_WITHIN = Duration.ofMinutes(10);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration REASON_WITHIN = Duration.ofSeconds(15);
    private static final Duration END_WITHIN = Duration.ofSeconds(15);

    private final StepContext context;
    private final ContentsKey key;
    private final ContentsMessages messages;
    private final Work work;
    private final Duration firstPause;
    private final Duration reasonWithin;
    private final Duration repeatedWithin;
    private final AtomicReference<@Nullable String> stopped = new AtomicReference<>();

    /** What one server does for all. Ends soon when its thread is interrupted. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it; what is done already is left alone.
         *
         * @throws StepFailedException when trying again would not help
         * @throws IOException when it may help to try again
         */
        void run() throws IOException, InterruptedException;
    }

    /**
     * A guard.
     *
     * @param firstPause after the first failure; it doubles
     * @param reasonWithin how long the report of a server that has failed is waited for
     * @param repeatedWithin no attempt is begun later than that after the first failure
     */
    ContentsGuard(
            StepContext context,
            ContentsKey key,
            Work work,
            Duration firstPause,
            Duration reasonWithin,
            Duration repeatedWithin) {
        this.context = context;
        this.key = key;
        this.messages = ContentsMessages.of(key);
        this.work = work;
        this.firstPause = firstPause;
        this.reasonWithin = reasonWithin;
        this.repeatedWithin = repeatedWithin;
    }

    /**
     * Has {@code work} done by this server or another one.
     *
     * @param key under which it is recorded that it was done for the request's version
     * @throws StepFailedException when it failed, here or on the server that did it
     * @throws CancelledException when the update was stopped
     * @throws IOException when the lock was lost meanwhile; trying again finds out how it went
     * @throws StoreException when etcd failed; trying again finds out how it went
     */
    public static void run(StepContext context, ContentsKey key, Work work)
            throws IOException, CancelledException, InterruptedException {
        new ContentsGuard(context, key, work, FIRST_PAUSE, REASON_WITHIN, REPEATED_WITHIN).run();
    }

    void run() throws IOException, CancelledException, InterruptedException {
        context.cancellation().check();
        if (isDone()) {
            return;
        }
        FutureTask<Boolean> task = new FutureTask<>(this::lead);
        Thread thread =
                new Thread(task, "contents-" + key.key().substring(key.key().indexOf('/') + 1));
        thread.setDaemon(true);
        context.cancellation().onRequest(() -> stop("the update was stopped", thread));
        thread.start();
        try {
            task.get();
        } catch (InterruptedException e) {
            stop("the worker stops", thread);
            awaitEnd(task);
            throw e;
        } catch (ExecutionException e) {
            context.cancellation().check();
            throw failure(e.getCause());
        }
    }

    /** What the work's thread ended with; the fault stays what it is. */
    private IOException failure(@Nullable Throwable cause) throws InterruptedException, CancelledException {
        String why = stopped.get();
        if (why != null) {
            return new IOException("the work on " + key.key() + " was broken off: " + why, cause);
        }
        if (cause instanceof IOException e) {
            return e;
        }
        if (cause instanceof CancelledException e) {
            throw e;
        }
        if (cause instanceof InterruptedException e) {
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException("the work on " + key.key() + " broke", cause);
    }

    private void stop(String why, Thread thread) {
        if (stopped.compareAndSet(null, why)) {
            thread.interrupt();
        }
    }

    private static void awaitEnd(FutureTask<?> task) {
        try {
            task.get(END_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            log.atDebug().setCause(e).log("the work was broken off");
        }
    }

    /** Whether some server has done it already. */
    private boolean isDone() throws IOException, CancelledException, InterruptedException {
        Optional<ContentsUpdateStatus> record = context.store().contentsStatus(key);
        if (record.isEmpty() || !record.get().version().equals(context.request().version())) {
            return false;
        }
        if (record.get().success()) {
            return true;
        }
        // that server's report, which has the reason, ends this wait; if it was killed before, its next process reports
        // in some seconds
        String message = messages.failedEarlier() + " (" + key.key()
                + " in etcd); the reason is in the status and the log of the server that failed. Mend it, then run"
                + " `neco recover`";
        context.cancellation().awaits("the report of the server that failed (" + message + ")");
        context.cancellation().rest(reasonWithin);
        throw new StepFailedException(message);
    }

    private boolean lead() throws IOException, CancelledException, InterruptedException {
        NecoStore store = context.store();
        try (Leadership lock = store.campaign(
                ElectionName.WORKER, Integer.toString(context.host().lrn()), TIME_TO_LIVE, DEADLINE)) {
            Thread me = Thread.currentThread();
            var unused = lock.lost().thenRun(() -> stop("lost the workers' lock", me));
            if (isDone()) {
                return true;
            }
            Optional<IOException> failure = attempts();
            if (failure.isEmpty()) {
                log.info(messages.updated());
                context.changed(key.key());
            }
            if (failure.isEmpty() || messages.recordsFailure()) {
                record(lock, failure);
            }
            if (failure.isPresent()) {
                throw new StepFailedException(String.valueOf(failure.get().getMessage()), failure.get());
            }
        }
        return true;
    }

    private void record(Leadership lock, Optional<IOException> failure) {
        ContentsUpdateStatus record = new ContentsUpdateStatus(context.request().version(), failure.isEmpty());
        try {
            context.store().putContentsStatus(key, record, lock.key());
        } catch (StoreException e) {
            log.atError()
                    .addKeyValue("error", e.getMessage())
                    .addKeyValue("version", record.version())
                    .addKeyValue("success", record.success())
                    .log(messages.recordFailed());
            if (failure.isEmpty()) {
                throw e;
            }
        }
    }

    /** Does the work, several times if it may help; the last failure, or empty. */
    private Optional<IOException> attempts() throws CancelledException, InterruptedException {
        Duration pause = firstPause;
        long firstFailure = 0;
        for (int attempt = 1; ; attempt++) {
            IOException failure;
            try {
                work.run();
                return Optional.empty();
            } catch (StepFailedException e) {
                heedStop();
                return Optional.of(e);
            } catch (IOException e) {
                failure = e;
            } catch (StoreException e) {
                if (e instanceof MalformedValueException) {
                    return Optional.of(new StepFailedException(String.valueOf(e.getMessage()), e));
                }
                throw e;
            } catch (RuntimeException e) {
                heedStop();
                return Optional.of(new StepFailedException("unexpected: " + e, e));
            }
            heedStop();
            long now = System.nanoTime();
            if (attempt == 1) {
                firstFailure = now;
            }
            if (attempt == ATTEMPTS || now - firstFailure > repeatedWithin.toNanos()) {
                return Optional.of(failure);
            }
            log.atWarn()
                    .addKeyValue("contents", key.key())
                    .addKeyValue("attempt", attempt)
                    .addKeyValue("error", failure.getMessage())
                    .log("the work failed, trying again");
            context.cancellation().rest(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private void heedStop() throws InterruptedException {
        if (stopped.get() != null || Thread.interrupted()) {
            throw new InterruptedException("broken off");
        }
    }
}
