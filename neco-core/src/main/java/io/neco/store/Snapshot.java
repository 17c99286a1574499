package io.neco.store;

import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One consistent view of what an update depends on; source: storage/snapshot.go at 1eec387.
 *
 * @param revision etcd's revision of the view; watches from {@code revision + 1} miss nothing
 * @param request the current request; empty: none ("clear")
 * @param statuses what each worker reports, by logical rack number
 * @param latest newest release known; empty text when none
 * @param servers registered boot servers in etcd's key order, i.e. by decimal text (0, 1, 10, 2)
 */
public record Snapshot(
        long revision,
        Optional<UpdateRequest> request,
        Map<Integer, UpdateStatus> statuses,
        String latest,
        List<Integer> servers) {

    /** Copies the collections. */
    public Snapshot {
        statuses = Map.copyOf(statuses);
        servers = List.copyOf(servers);
    }
}
