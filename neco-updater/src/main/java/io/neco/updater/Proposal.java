package io.neco.updater;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * What the leader writes to {@code status/current}, guarded by its leader key; source: updater/server.go at 1eec387.
 *
 * @param request the request to write
 * @param isFresh whether all reports are deleted in the same transaction
 * @param notice what to tell people once it is written; empty: nothing
 */
public record Proposal(UpdateRequest request, boolean isFresh, String notice) {

    /**
     * What an action writes; empty when it only waits.
     *
     * @param now when a new update begins
     */
    public static Optional<Proposal> of(NextAction action, OffsetDateTime now) {
        if (action instanceof NextAction.NewVersion next) {
            return Optional.of(new Proposal(
                    new UpdateRequest(next.version(), next.servers(), false, now),
                    false,
                    "start updating the new release."));
        }
        if (action instanceof NextAction.Reconfigure next) {
            return Optional.of(new Proposal(
                    new UpdateRequest(next.version(), next.servers(), false, now),
                    true,
                    "start boot servers reconfiguration."));
        }
        if (action instanceof NextAction.Stop stop) {
            return Optional.of(new Proposal(stop.request().stopped(), false, ""));
        }
        return Optional.empty();
    }

    /** Whether a write whose acknowledgement was lost took effect after all. */
    public boolean isIn(Snapshot snapshot) {
        return snapshot.request().equals(Optional.of(request));
    }
}
