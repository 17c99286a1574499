package io.neco.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The watches of a store that are not closed yet. */
final class OpenWatches implements AutoCloseable {
    private final Set<ResumingWatch> open = ConcurrentHashMap.newKeySet();

    /** Starts {@code watch}; whoever gets the result ends it. */
    StoreWatch add(ResumingWatch watch) {
        open.add(watch);
        watch.start();
        return () -> {
            open.remove(watch);
            watch.close();
        };
    }

    @Override
    public void close() {
        open.forEach(ResumingWatch::close);
        open.clear();
    }
}
