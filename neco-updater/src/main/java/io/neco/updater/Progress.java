package io.neco.updater;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When the present update got ahead the last time, as far as this leader knows: a report of one of its members changed.
 *
 * <p>Reports carry no time. So a leader that takes over an update counts what is reported already as progress of this moment; it cannot know
 * how old it is, and to stop an update that runs well would be worse than to wait longer than necessary. An update about which nothing is
 * reported has not got ahead since it began: how old it is tells the time of day, at which it is dated, when it is seen first. From then on
 * only what passes is counted, as somebody may set the clock.
 *
 * @param request the update; empty: there is none
 * @param reports what its members report about its version
 * @param since when that changed the last time, by a clock that nobody sets
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

    /**
     * What a snapshot adds.
     *
     * @param now by the clock that nobody sets
     * @param timeOfDay by the one that requests are dated with
     */
    public Progress with(Snapshot snapshot, Instant now, Instant timeOfDay) {
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
        boolean isSame = request.equals(snapshot.request());
        if (isSame && (relevant.isEmpty() || reports.equals(relevant))) {
            return new Progress(request, relevant, since);
        }
        return new Progress(
                snapshot.request(), relevant, relevant.isEmpty() ? now.minus(age(current, timeOfDay)) : now);
    }

    /** Nothing where the clock of whoever has written it was ahead of ours. */
    private static Duration age(UpdateRequest request, Instant timeOfDay) {
        Duration age = Duration.between(request.startedAt().toInstant(), timeOfDay);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /**
     * What a report adds that was heard.
     *
     * @param now by the clock that nobody sets
     */
    public Progress with(int lrn, UpdateStatus status, Instant now) {
        if (request.isEmpty() || !isRelevant(request.get(), lrn, status) || status.equals(reports.get(lrn))) {
            return this;
        }
        Map<Integer, UpdateStatus> changed = new HashMap<>(reports);
        changed.put(lrn, status);
        return new Progress(request, changed, now);
    }

    private static boolean isRelevant(UpdateRequest request, int lrn, UpdateStatus status) {
        return request.isMember(lrn) && status.version().equals(request.version());
    }
}
