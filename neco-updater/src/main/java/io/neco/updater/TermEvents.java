package io.neco.updater;

import io.neco.store.StoreEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What happens during one leadership, handed from the watching threads to the deciding one. The loss of leadership overtakes all. */
final class TermEvents {
    /** Longer waits are cut; callers look at the clock and wait again. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<StoreEvent> events = new ArrayDeque<>();
    private boolean isEnded;
    private @Nullable Throwable mistake;

    /** Takes an event; called by the watch. */
    void accept(StoreEvent event) {
        lock.lock();
        try {
            events.add(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The leadership is lost. */
    void end() {
        lock.lock();
        try {
            isEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A thread of this leadership has ended by a mistake, which ends the leadership, too: it would be half a leader. */
    void fail(Throwable by) {
        lock.lock();
        try {
            mistake = by;
            isEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return isEnded;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next event, or empty when there is none for so long.
     *
     * @throws TermEndedException as soon as the leadership is lost
     * @throws RuntimeException the mistake of another thread; if it is an {@link Error}, it is thrown as it is
     */
    Optional<StoreEvent> next(Duration atMost) throws InterruptedException, TermEndedException {
        lock.lockInterruptibly();
        try {
            long left = nanos(atMost);
            while (!isEnded && events.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            endIfLost();
            return Optional.ofNullable(events.poll());
        } finally {
            lock.unlock();
        }
    }

    /** Waits; events stay for later. */
    void pause(Duration time) throws InterruptedException, TermEndedException {
        lock.lockInterruptibly();
        try {
            long left = nanos(time);
            while (!isEnded && left > 0) {
                left = changed.awaitNanos(left);
            }
            endIfLost();
        } finally {
            lock.unlock();
        }
    }

    private void endIfLost() throws TermEndedException {
        if (mistake instanceof Error error) {
            throw error;
        }
        if (mistake != null) {
            throw new IllegalStateException("a thread has ended", mistake);
        }
        if (isEnded) {
            throw new TermEndedException();
        }
    }

    private static long nanos(Duration time) {
        return time.compareTo(LONGEST_WAIT) > 0
                ? LONGEST_WAIT.toNanos()
                : TimeUnit.MILLISECONDS.toNanos(time.toMillis() + 1);
    }
}
