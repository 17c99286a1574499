package io.neco.dctest.storage;

import java.io.Closeable;
import java.util.List;
import java.util.Optional;

/** Flat keys with slashes, and bytes. All methods throw {@link StorageException} when the store cannot be used. */
public interface Storage extends Closeable {

    /** The name shown as {@code storage_type}: {@code inmem} or {@code etcd}. */
    String type();

    Optional<byte[]> get(String key);

    /** All keys that start with the prefix, sorted. */
    List<String> keys(String prefix);

    /** Writes an entry; a node that has lost the leader lock must not get through. */
    void put(String key, byte[] value);

    /**
     * Writes an entry unless the key exists.
     *
     * @return whether it was written
     */
    boolean putIfAbsent(String key, byte[] value);

    void delete(String key);

    /** The lock that makes one of several servers the active one; empty when the store is for one server only. */
    Optional<LeaderLock> leaderLock();

    @Override
    void close();
}
