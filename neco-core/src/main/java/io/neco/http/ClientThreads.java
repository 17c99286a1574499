package io.neco.http;

import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client of the JDK with all its threads in one group, so that they can be ended: before Java 21 the client has no way to be closed,
 * and a thread that sits in a system call holds up the end of the process for 0.3 seconds.
 */
final class ClientThreads implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long IDLE_SECONDS = 10;

    /** Makes the client. */
    interface Maker {
        HttpClient make(ExecutorService executor);
    }

    private final ThreadGroup group = new ThreadGroup("http");
    private final ExecutorService executor = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
    private final HttpClient client;

    ClientThreads(Maker maker) throws InterruptedException {
        AtomicReference<@Nullable HttpClient> made = new AtomicReference<>();
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        // the client's own thread belongs to the group of the thread that makes the client
        Thread thread = thread(() -> {
            try {
                made.set(maker.make(executor));
            } catch (RuntimeException e) {
                failure.set(e);
            }
        });
        thread.start();
        thread.join();
        HttpClient result = made.get();
        if (result == null) {
            throw new IllegalStateException("cannot make an HTTP client", failure.get());
        }
        this.client = result;
    }

    HttpClient client() {
        return client;
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(group, task, "http-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Ends the threads; requests under way fail. */
    @Override
    public void close() {
        executor.shutdownNow();
        group.interrupt();
    }
}
