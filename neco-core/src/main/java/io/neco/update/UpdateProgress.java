package io.neco.update;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalInt;

/** The rules by which everybody judges how far an update has come; source: update.go at 1eec387. */
public final class UpdateProgress {
    /** How the message of a worker begins that gives up because another one has. */
    public static final String OTHER_FAILED = "other boot server failed to update: ";

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

    /**
     * The server, member or not, whose abort of {@code version} is told: one that gave up by itself if there is one, else the one with the
     * lowest number.
     *
     * @return its logical rack number; empty: none aborted
     */
    public static OptionalInt culprit(String version, Map<Integer, UpdateStatus> statuses) {
        return statuses.entrySet().stream()
                .filter(e ->
                        e.getValue().version().equals(version) && e.getValue().condition() == UpdateCondition.ABORTED)
                .min(Comparator.comparing((Map.Entry<Integer, UpdateStatus> e) ->
                                e.getValue().message().startsWith(OTHER_FAILED))
                        .thenComparing(Map.Entry::getKey))
                .map(e -> OptionalInt.of(e.getKey()))
                .orElse(OptionalInt.empty());
    }
}
