package io.neco.updater;

import io.neco.update.UpdateNotice;
import io.neco.update.UpdateNotice.Kind;
import io.neco.update.UpdateRequest;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What the leader writes to {@code status/current}, guarded by its leader key; source: updater/server.go at 1eec387.
 *
 * @param request the request to write
 * @param isFresh whether all reports are deleted in the same transaction
 * @param notice what people are to be told of it
 */
public record Proposal(UpdateRequest request, boolean isFresh, UpdateNotice notice) {

    /**
     * What an action writes; empty when it only waits.
     *
     * @param now when a new update begins
     */
    public static Optional<Proposal> of(NextAction action, OffsetDateTime now) {
        if (action instanceof NextAction.NewVersion next) {
            return Optional.of(begin(next.version(), next.servers(), false, now, "start updating the new release."));
        }
        if (action instanceof NextAction.Reconfigure next) {
            return Optional.of(begin(next.version(), next.servers(), true, now, "start boot servers reconfiguration."));
        }
        if (action instanceof NextAction.Stop stop) {
            UpdateRequest request = stop.request().stopped();
            return Optional.of(new Proposal(request, false, UpdateNotice.owed(Kind.FAILED, request, stop.reason())));
        }
        return Optional.empty();
    }

    private static Proposal begin(
            String version, List<Integer> servers, boolean isFresh, OffsetDateTime now, String message) {
        UpdateRequest request = new UpdateRequest(version, servers, false, now);
        return new Proposal(request, isFresh, UpdateNotice.owed(Kind.BEGUN, request, message));
    }
}
