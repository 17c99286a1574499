package io.neco.update;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * The update request the leading updater writes to {@code status/current}.
 *
 * <p>Source: update.go at 1eec387, docs/etcd-schema.md.
 *
 * @param version Debian package version every member is to reach, e.g. {@code 2022.05.25-1}
 * @param servers logical rack numbers of the members, in the order of the wire; empty when none was registered
 * @param stop true when the update was stopped and waits for {@code neco recover}
 * @param startedAt when the update began, with the offset it was written with (UTC by the updater)
 */
public record UpdateRequest(String version, List<Integer> servers, boolean stop, OffsetDateTime startedAt) {

    /** Copies the list, so that the value cannot change. */
    public UpdateRequest {
        servers = List.copyOf(servers);
    }

    /** Whether the boot server {@code lrn} takes part in this update. */
    public boolean isMember(int lrn) {
        return servers.contains(lrn);
    }

    /** This request, stopped; the start time stays, as the reference keeps it. */
    public UpdateRequest stopped() {
        return new UpdateRequest(version, servers, true, startedAt);
    }
}
