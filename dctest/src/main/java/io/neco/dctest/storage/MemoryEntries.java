package io.neco.dctest.storage;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Entries that are gone when the process ends. */
public final class MemoryEntries implements Entries {
    private final NavigableMap<String, Entry> entries = new TreeMap<>();
    private long revision;

    @Override
    public synchronized Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public synchronized List<Entry> list(String start) {
        return entries.tailMap(start, true).values().stream()
                .takeWhile(entry -> entry.key().startsWith(start))
                .toList();
    }

    @Override
    public List<String> keys(String start) {
        return list(start).stream().map(Entry::key).toList();
    }

    @Override
    public synchronized boolean commit(Map<String, Long> seen, Map<String, byte[]> puts, Set<String> deletes) {
        for (Map.Entry<String, Long> expected : seen.entrySet()) {
            Entry now = entries.get(expected.getKey());
            if ((now == null ? ABSENT : now.revision()) != expected.getValue()) {
                return false;
            }
        }
        revision++;
        puts.forEach((key, value) -> entries.put(key, new Entry(key, value.clone(), revision)));
        deletes.forEach(entries::remove);
        notifyAll();
        return true;
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized void awaitChange(long since, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (revision <= since) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }
}
