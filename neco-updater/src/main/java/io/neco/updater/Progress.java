package io.neco.updater;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When the present update got ahead the last time, as far as this leader knows: a report of one of its members changed.
 *
 * <p>Reports carry no time. So a leader that takes over an update counts what is reported already as progress of this moment; it cannot know
 * how old it is, and to stop an update that runs well would be worse than to wait longer than necessary. An update about which nothing is
 * reported has not got ahead since it began.
 *
 * @param request the update; empty: there is none
 * @param reports what its members report about its version
 * @param since when that changed the last time
 */
public record Progress(Optional<UpdateRequest> request, Map<Integer, UpdateStatus> reports, Instant since) {

    /** Copies the map. */
    public Progress {
        reports = Map.copyOf(reports);
    }

    /** Before a leader has looked for the first time. */
    public static Progress none() {
        return new Progress(Optional.empty(), Map.of(), Instant.MIN);
    }

    /** What a snapshot adds. */
    public Progress with(Snapshot snapshot, Instant now) {
        if (snapshot.request().isEmpty()) {
            return none();
        }
        UpdateRequest current = snapshot.request().get();
        Map<Integer, UpdateStatus> relevant = new HashMap<>();
        snapshot.statuses().forEach((lrn, status) -> {
            if (isRelevant(current, lrn, status)) {
                relevant.put(lrn, status);
            }
        });
        if (request.equals(snapshot.request()) && reports.equals(relevant)) {
            return this;
        }
        Instant start = current.startedAt().toInstant();
        return new Progress(snapshot.request(), relevant, relevant.isEmpty() || now.isBefore(start) ? start : now);
    }

    /** What a report adds that was heard. */
    public Progress with(int lrn, UpdateStatus status, Instant now) {
        if (request.isEmpty() || !isRelevant(request.get(), lrn, status) || status.equals(reports.get(lrn))) {
            return this;
        }
        Map<Integer, UpdateStatus> changed = new HashMap<>(reports);
        changed.put(lrn, status);
        return new Progress(request, changed, now.isBefore(since) ? since : now);
    }

    private static boolean isRelevant(UpdateRequest request, int lrn, UpdateStatus status) {
        return request.isMember(lrn) && status.version().equals(request.version());
    }
}
