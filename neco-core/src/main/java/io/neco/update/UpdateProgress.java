package io.neco.update;

import java.util.Collection;
import java.util.Map;

/** The rules by which everybody judges how far an update has come; source: update.go at 1eec387. */
public final class UpdateProgress {
    private UpdateProgress() {}

    /**
     * Whether every server of {@code servers} reports completion of {@code version}; true for an empty list.
     *
     * @param statuses reports by logical rack number
     */
    public static boolean isCompleted(
            String version, Collection<Integer> servers, Map<Integer, UpdateStatus> statuses) {
        return servers.stream().allMatch(lrn -> {
            UpdateStatus status = statuses.get(lrn);
            return status != null
                    && status.version().equals(version)
                    && status.condition() == UpdateCondition.COMPLETED;
        });
    }

    /** Whether any server, member or not, reports that it aborted {@code version}. */
    public static boolean isAborted(String version, Map<Integer, UpdateStatus> statuses) {
        return statuses.values().stream()
                .anyMatch(s -> s.version().equals(version) && s.condition() == UpdateCondition.ABORTED);
    }
}
