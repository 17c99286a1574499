package io.neco.dctest.storage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Storage of the development mode: everything is gone when the process ends. */
public final class MemoryStorage implements Storage {
    private final ConcurrentSkipListMap<String, byte[]> entries = new ConcurrentSkipListMap<>();

    @Override
    public String type() {
        return "inmem";
    }

    @Override
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(entries.get(key)).map(byte[]::clone);
    }

    @Override
    public List<String> keys(String prefix) {
        return entries.tailMap(prefix).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .toList();
    }

    @Override
    public void put(String key, byte[] value) {
        entries.put(key, value.clone());
    }

    @Override
    public boolean putIfAbsent(String key, byte[] value) {
        return entries.putIfAbsent(key, value.clone()) == null;
    }

    @Override
    public void delete(String key) {
        entries.remove(key);
    }

    @Override
    public Optional<LeaderLock> leaderLock() {
        return Optional.empty();
    }

    @Override
    public void close() {
        entries.clear();
    }
}
