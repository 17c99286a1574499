package io.neco.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM and SIGINT into an interrupt of the thread that serves, and exit status 0 when it has cleaned up or the time for that
 * is over. Without it the JVM would end with 143 and leave the leader key behind.
 */
public final class StopSignal {
    private static final int STOPPED = 0;

    private final Thread serving;
    private final Duration patience;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean isSignalled;

    private StopSignal(Thread serving, Duration patience) {
        this.serving = serving;
        this.patience = patience;
    }

    /**
     * The calling thread serves from now on, until {@link #finished}.
     *
     * @param patience how long to wait for it after a signal
     */
    public static StopSignal install(Duration patience) {
        StopSignal signal = new StopSignal(Thread.currentThread(), patience);
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop-signal"));
        return signal;
    }

    private void stop() {
        if (finished.getCount() == 0) {
            return;
        }
        isSignalled = true;
        LoggerFactory.getLogger(StopSignal.class).atWarn().log("got a signal, stopping");
        serving.interrupt();
        boolean isInTime = false;
        try {
            isInTime = finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!isInTime) {
            LoggerFactory.getLogger(StopSignal.class)
                    .atWarn()
                    .log("could not give everything up in time; another one leads when the session has expired");
        }
        Runtime.getRuntime().halt(STOPPED);
    }

    /** The serving thread is done: it cleaned up after a signal, or it fails by itself. */
    public void finished() {
        finished.countDown();
        if (isSignalled) {
            Thread.interrupted();
        }
    }
}
