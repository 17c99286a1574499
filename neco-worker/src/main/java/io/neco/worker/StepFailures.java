package io.neco.worker;

import io.neco.store.MalformedValueException;
import io.neco.store.StoreException;
import io.neco.worker.step.StepFailedException;
import java.time.Duration;

/**
 * The failures of one step on one server, and whether it is run again after them. An outage of etcd is borne for as long as the step allows;
 * other failures are counted. Neither takes anything from the other.
 */
final class StepFailures {
    private static final int ATTEMPTS = 3;

    /** Without etcd a step fails sooner. After this long, etcd had answered for most of the time, or this host stood still. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final Duration deadline;
    private int failuresOfHost;
    private int lateFailures;
    private boolean isOut;
    private long outSince;

    /** @param deadline how long etcd may be out, counted from the first failure */
    StepFailures(Duration deadline) {
        this.deadline = deadline;
    }

    /**
     * Whether a failure may pass, so that the step is run again.
     *
     * @param failure what the step threw
     * @param begin when that attempt began, by {@link System#nanoTime}
     * @param now when it failed
     * @param pause how long to rest before the next one
     */
    boolean mayPass(Exception failure, long begin, long now, Duration pause) {
        if (failure instanceof MalformedValueException || failure instanceof StepFailedException) {
            return false;
        }
        if (!(failure instanceof StoreException)) {
            return ++failuresOfHost < ATTEMPTS;
        }
        boolean isLate = now - begin > LATE.toNanos();
        if (isLate || !isOut) {
            // what is missed now was there meanwhile: another outage begins
            isOut = true;
            outSince = now;
            return !isLate || ++lateFailures < ATTEMPTS;
        }
        return Duration.ofNanos(now - outSince).plus(pause).compareTo(deadline) <= 0;
    }
}
