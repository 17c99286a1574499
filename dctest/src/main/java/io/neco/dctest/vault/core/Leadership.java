package io.neco.dctest.vault.core;

import io.neco.dctest.storage.LeaderLock;
import io.neco.dctest.storage.StorageException;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One thread that tries to get the leader lock, keeps it, and tells when it is gone. A server that cannot reach the
 * storage for as long as the lock lives without it stops being active by itself.
 */
final class Leadership implements Closeable {
    private static final Duration ELECTION = Duration.ofMillis(200);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);
    private static final Duration WATCH = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofMillis(300);
    private static final Duration PAUSE_AFTER_STEP_DOWN = Duration.ofSeconds(10);

    private final LeaderLock lock;
    private final byte[] advertisement;
    private final Runnable onAcquired;
    private final Runnable onLost;
    private final Consumer<String> log;
    private final Thread thread;
    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private boolean leading;
    private boolean stopped;
    private boolean outage;
    private long lastContact;
    private long resumeAt = System.nanoTime();

    /**
     * @param onAcquired makes this server active; if it throws a {@link StorageException}, the lock is given up
     * @param onLost makes it a standby again
     */
    Leadership(LeaderLock lock, byte[] advertisement, Runnable onAcquired, Runnable onLost, Consumer<String> log) {
        this.lock = lock;
        this.advertisement = advertisement;
        this.onAcquired = onAcquired;
        this.onLost = onLost;
        this.log = log;
        this.thread = new Thread(this::run, "leadership");
        thread.setDaemon(true);
    }

    /** Begins, in the background; as in Vault, whoever has unsealed a server has to wait until it is active. */
    void start() {
        thread.start();
    }

    private void run() {
        if (!sleep(ELECTION)) {
            return;
        }
        while (true) {
            try {
                if (!step()) {
                    return;
                }
                outage = false;
            } catch (StorageException e) {
                if (!outage) {
                    outage = true;
                    log.accept("[WARN]  core: leader lock: " + e.getMessage());
                }
                if (!giveUpIfExpired() || !sleep(RETRY)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** @return false when the thread is to end */
    private boolean step() throws InterruptedException {
        if (isLeading()) {
            if (!sleep(KEEP_ALIVE)) {
                return false;
            }
            if (isLeading()) {
                keep();
            }
            return true;
        }
        long pause = resumeAt() - System.nanoTime();
        if (pause > 0) {
            return sleep(Duration.ofNanos(pause));
        }
        if (!tryToLead()) {
            lock.awaitRelease(WATCH);
        }
        return !isStopped();
    }

    private void keep() {
        long before = System.nanoTime();
        if (lock.keepAlive()) {
            state.lock();
            try {
                lastContact = before;
            } finally {
                state.unlock();
            }
        } else {
            lose("the lock's lease has expired");
        }
    }

    private boolean tryToLead() {
        long before = System.nanoTime();
        if (!lock.tryAcquire(advertisement)) {
            return false;
        }
        state.lock();
        try {
            if (stopped) {
                lock.release();
                return false;
            }
            lastContact = before;
            onAcquired.run();
            leading = true;
            return true;
        } catch (StorageException e) {
            lock.release();
            throw e;
        } finally {
            state.unlock();
        }
    }

    private boolean giveUpIfExpired() {
        if (isLeading() && System.nanoTime() - lastContact() > lock.timeToLive().toNanos()) {
            lose("the storage could not be reached for " + lock.timeToLive().toSeconds() + " s");
        }
        return !isStopped();
    }

    private void lose(String reason) {
        state.lock();
        try {
            if (leading) {
                leading = false;
                log.accept("[WARN]  core: leadership lost: " + reason);
                onLost.run();
            }
        } finally {
            state.unlock();
        }
        releaseQuietly();
    }

    /** Gives the lock to another server, and does not try again for ten seconds. */
    void stepDown() {
        state.lock();
        try {
            resumeAt = System.nanoTime() + PAUSE_AFTER_STEP_DOWN.toNanos();
            if (leading) {
                leading = false;
                onLost.run();
            }
            changed.signalAll();
        } finally {
            state.unlock();
        }
        releaseQuietly();
    }

    private void releaseQuietly() {
        try {
            lock.release();
        } catch (StorageException e) {
            log.accept("[WARN]  core: leader lock: " + e.getMessage() + "; it ends by itself");
        }
    }

    /** @return false when the thread is to end */
    private boolean sleep(Duration time) {
        long left = time.toNanos();
        state.lock();
        try {
            boolean led = leading;
            while (left > 0 && !stopped && led == leading) {
                left = changed.awaitNanos(left);
            }
            return !stopped;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            state.unlock();
        }
    }

    private boolean isLeading() {
        state.lock();
        try {
            return leading;
        } finally {
            state.unlock();
        }
    }

    private boolean isStopped() {
        state.lock();
        try {
            return stopped;
        } finally {
            state.unlock();
        }
    }

    private long lastContact() {
        state.lock();
        try {
            return lastContact;
        } finally {
            state.unlock();
        }
    }

    private long resumeAt() {
        state.lock();
        try {
            return resumeAt;
        } finally {
            state.unlock();
        }
    }

    /** Stops trying, and frees the lock at once if it is held. */
    @Override
    public void close() {
        boolean led;
        state.lock();
        try {
            stopped = true;
            led = leading;
            leading = false;
            if (led) {
                onLost.run();
            }
            changed.signalAll();
        } finally {
            state.unlock();
        }
        thread.interrupt();
        if (led) {
            releaseQuietly();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
