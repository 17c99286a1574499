package io.neco.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Lets work clean up and say its last words when the process is told to end: interrupts its thread and waits some seconds. */
final class InterruptOnSignal {
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);

    private InterruptOnSignal() {}

    /** Runs {@code work} on this thread. */
    static int guard(IntSupplier work) {
        InterruptOnSignal guard = new InterruptOnSignal();
        Thread hook = new Thread(guard::interrupt, "interrupt on signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.getAsInt();
        } finally {
            guard.done.countDown();
            guard.remove(hook);
        }
    }

    private void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook knows that the work is done
            Thread.currentThread().interrupt();
        }
    }

    private void interrupt() {
        worker.interrupt();
        try {
            if (!done.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("neco: did not stop within " + GRACE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
