package io.neco.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Lets work clean up and say its last words when the process is told to end: interrupts its thread and waits some seconds. The exit status
 * is then the one that tells the signal. Work that waits for input, where no interrupt reaches it, is not waited for.
 */
final class InterruptOnSignal {
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final AtomicInteger READERS = new AtomicInteger();

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);

    /** Reads what may never come. */
    @FunctionalInterface
    interface Read<T> {
        T read() throws IOException;
    }

    private InterruptOnSignal() {}

    /**
     * Runs {@code work} on this thread. Does not come back when the process was told to end.
     *
     * @param work leaves nothing to be done after it, such as output to be flushed
     */
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

    /**
     * Runs a read that an interrupt does not end.
     *
     * @throws InterruptedIOException when the process is to end already
     */
    static <T> T reading(Read<T> read) throws IOException {
        // in this order, as the hook has the other one: one of the two sees what the other has done
        READERS.incrementAndGet();
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted before an answer was read");
            }
            return read.read();
        } finally {
            READERS.decrementAndGet();
        }
    }

    private void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            awaitEnd();
        }
    }

    /** Whoever ends the process knows the status that tells the signal; ours must not come first. */
    private static void awaitEnd() {
        long end = System.nanoTime() + GRACE.toNanos();
        Semaphore never = new Semaphore(0);
        for (long left = GRACE.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                var unused = never.tryAcquire(left, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // this is the hook's, and known
            }
        }
    }

    private void interrupt() {
        worker.interrupt();
        if (READERS.get() > 0) {
            return;
        }
        try {
            if (!done.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("neco: did not stop within " + GRACE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
