package io.neco.dctest.storage;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys with revisions below one prefix, changed by transactions, so that several servers may share them without a
 * leader. All methods throw {@link StorageException} when the store cannot be used.
 */
public interface Entries extends Closeable {
    /** In {@link #commit}: the key must not exist. */
    long ABSENT = 0;

    /**
     * One entry.
     *
     * @param key without the prefix
     * @param revision of its last change
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
    record Entry(String key, byte[] value, long revision) {}

    Optional<Entry> get(String key);

    /** All entries whose keys start with this text, sorted by key. */
    List<Entry> list(String start);

    /** All keys that start with this text, sorted. */
    List<String> keys(String start);

    /**
     * Writes and deletes in one step, if certain keys are as they were seen.
     *
     * @param seen keys with the revisions they must still have; {@link #ABSENT} for those that must not exist
     * @return false if one of them has changed, and nothing was done
     */
    boolean commit(Map<String, Long> seen, Map<String, byte[]> puts, Set<String> deletes);

    /** The revision of the store now, for {@link #awaitChange}. */
    long revision();

    /**
     * Blocks until some key has changed after the given revision, or the time is over. It may also return early.
     *
     * @throws InterruptedException if the waiting thread is to end
     */
    void awaitChange(long revision, Duration limit) throws InterruptedException;

    @Override
    void close();
}
