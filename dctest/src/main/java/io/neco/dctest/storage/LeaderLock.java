package io.neco.dctest.storage;

import java.time.Duration;
import java.util.Optional;

/** At most one server holds the lock; its advertisement tells the others where it is. */
public interface LeaderLock {

    /**
     * Tries once to take the lock.
     *
     * @param advertisement what {@link #holder()} returns to everybody while the lock is held
     * @return whether this server holds it now
     */
    boolean tryAcquire(byte[] advertisement);

    /** The current holder's advertisement. */
    Optional<byte[]> holder();

    /**
     * Tells the store that the holder is alive; to be called well within {@link #timeToLive()}.
     *
     * @return false when the lock has been lost
     */
    boolean keepAlive();

    /** After this time without a successful {@link #keepAlive()} another server may hold the lock. */
    Duration timeToLive();

    /**
     * Blocks until the lock has been freed or the time is over, whichever is first.
     *
     * @throws InterruptedException if the waiting thread is to end
     */
    void awaitRelease(Duration limit) throws InterruptedException;

    /** Frees the lock at once; does nothing when it is not held. */
    void release();
}
