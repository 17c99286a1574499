package io.neco.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM and SIGINT into an interrupt of the thread that works, and into exit status 0 when it has cleaned up or the time for that
 * is over. Without it the JVM would end with 143 and leave locks behind.
 */
final class StopSignal {
    private static final Logger log = LoggerFactory.getLogger(StopSignal.class);
    private static final Duration WITHIN = Duration.ofMillis(450);
    private static final int STOPPED = 0;

    private final Thread working;
    private final CountDownLatch finished = new CountDownLatch(1);

    private StopSignal(Thread working) {
        this.working = working;
    }

    /** The calling thread works from now on, until {@link #finished}. */
    static StopSignal install() {
        StopSignal signal = new StopSignal(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop-signal"));
        return signal;
    }

    /** The work has ended, by itself or after a signal. */
    void finished() {
        finished.countDown();
    }

    private void stop() {
        if (finished.getCount() == 0) {
            return; // the program ends by itself, with its own exit status
        }
        log.warn("got a signal, stopping");
        working.interrupt();
        try {
            if (!finished.await(WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("could not give everything up in time; locks expire by themselves");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STOPPED);
    }
}
