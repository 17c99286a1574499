package io.neco.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does beforehand, while the worker is at rest, what the next request would have to wait for. It is put off for as long as there is other
 * work, since after a setup or an update all servers come to rest at the same time, and others may still be busy.
 */
final class Preparation {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);
    private static final Duration REST = Duration.ofSeconds(10);

    private final Runnable task;
    private final Duration rest;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(thread -> {
        Thread daemon = new Thread(thread, "preparation");
        daemon.setDaemon(true);
        return daemon;
    });
    private Future<?> next = CompletableFuture.completedFuture(null);

    /** @param task must not do harm when it is repeated, or when work begins meanwhile */
    Preparation(Runnable task) {
        this(task, REST);
    }

    /** @param rest how long the worker must have been at rest */
    Preparation(Runnable task, Duration rest) {
        this.task = task;
        this.rest = rest;
    }

    /** The worker has come to rest. */
    synchronized void atRest() {
        atWork();
        next = timer.schedule(this::prepare, rest.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The worker has work to do. */
    synchronized void atWork() {
        next.cancel(false);
    }

    private void prepare() {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.atDebug().setCause(e).log("cannot prepare for the next request, which will take longer");
        }
    }
}
