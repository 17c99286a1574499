package io.neco.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the program when one of its threads has died: nobody else would notice, and a worker that has become deaf holds all others up. The
 * next process goes on where this one was.
 */
final class LastResort implements Thread.UncaughtExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(LastResort.class);

    private final Thread working;
    private volatile boolean isNeeded;

    /** @param working is interrupted, which means to stop */
    LastResort(Thread working) {
        this.working = working;
    }

    /** Whether a thread has died. */
    boolean isNeeded() {
        return isNeeded;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable e) {
        isNeeded = true;
        log.atError().addKeyValue("thread", thread.getName()).setCause(e).log("unexpected failure, a thread has died");
        working.interrupt();
    }
}
