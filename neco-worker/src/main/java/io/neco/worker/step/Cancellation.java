package io.neco.worker.step;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wish that some work ends early, e.g. because the update was stopped. The work heeds it where nothing is left half-done; elsewhere
 * it goes on to its end.
 */
public final class Cancellation {
    private final CountDownLatch requested = new CountDownLatch(1);
    private final List<Runnable> hooks = new ArrayList<>();
    private String reason = "";
    private volatile String awaited = "";

    /** Asks the work to end early. */
    public void request(String why) {
        List<Runnable> toRun;
        synchronized (this) {
            if (isRequested()) {
                return;
            }
            reason = why;
            requested.countDown();
            toRun = List.copyOf(hooks);
        }
        toRun.forEach(Runnable::run);
    }

    /** What the work waits for at the moment and what is missing; empty text: it has not waited yet. */
    public String awaited() {
        return awaited;
    }

    /** Notes what the work waits for. */
    void awaits(String what) {
        awaited = what;
    }

    /** Whether the work was asked to end early. */
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Runs {@code hook} when the work is asked to end early, at once if it was already; called on the asking thread. */
    public void onRequest(Runnable hook) {
        synchronized (this) {
            if (!isRequested()) {
                hooks.add(hook);
                return;
            }
        }
        hook.run();
    }

    /** Ends the work here if it was asked to end. */
    public void check() throws CancelledException {
        if (isRequested()) {
            throw exception();
        }
    }

    /** Rests; ends the work if it is asked to end meanwhile. */
    public void rest(Duration duration) throws CancelledException, InterruptedException {
        if (requested.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw exception();
        }
    }

    /** Work that an interrupt ends. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T run() throws IOException, InterruptedException;
    }

    /**
     * Runs work on this thread, and interrupts it if it is asked to end early.
     *
     * @throws CancelledException when it was asked to, and did
     */
    public <T> T interrupting(Work<T> work) throws IOException, CancelledException, InterruptedException {
        check();
        Thread thread = Thread.currentThread();
        AtomicBoolean isInterruptible = new AtomicBoolean(true);
        onRequest(() -> {
            synchronized (isInterruptible) {
                if (isInterruptible.get()) {
                    thread.interrupt();
                }
            }
        });
        try {
            return work.run();
        } catch (InterruptedException e) {
            check();
            throw e;
        } finally {
            synchronized (isInterruptible) {
                isInterruptible.set(false);
                if (isRequested()) {
                    Thread.interrupted();
                }
            }
        }
    }

    private synchronized CancelledException exception() {
        return new CancelledException(reason);
    }
}
