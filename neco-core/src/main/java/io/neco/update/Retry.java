package io.neco.update;

import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Whether a stopped or completed update can be asked for once more, and by which request; see {@code neco retry} in docs/update.md. */
public sealed interface Retry {

    /**
     * It can.
     *
     * @param request the same version and servers, with a start time of its own, by which it is told from the one that was stopped
     */
    record Again(UpdateRequest request) implements Retry {}

    /**
     * It cannot.
     *
     * @param reason why, and what to do instead; a clause without a full stop
     */
    record Refused(String reason) implements Retry {}

    /**
     * Decides.
     *
     * @param current the present request; empty: none
     * @param statuses the reports by logical rack number, of any version
     * @param registered the boot servers that are registered now
     * @param evenCompleted whether the steps of a completed update shall be walked once more
     * @param now the time
     */
    static Retry of(
            Optional<UpdateRequest> current,
            Map<Integer, UpdateStatus> statuses,
            Collection<Integer> registered,
            boolean evenCompleted,
            OffsetDateTime now) {
        if (current.isEmpty()) {
            return new Refused("there is no update request, so there is nothing to retry");
        }
        UpdateRequest request = current.get();
        String version = request.version();
        boolean isCompleted = UpdateProgress.isCompleted(version, request.servers(), statuses);
        if (!request.stop() && !(isCompleted && evenCompleted)) {
            return new Refused(unstopped(version, isCompleted, UpdateProgress.isAborted(version, statuses)));
        }
        if (isCompleted && !evenCompleted) {
            return new Refused("the update to " + version + " was stopped, but all its boot servers have completed it;"
                    + " `neco recover` lets neco-updater go on");
        }
        if (!new TreeSet<>(request.servers()).equals(new TreeSet<>(registered))) {
            return new Refused("the update to " + version + " is one of boot servers " + list(request.servers())
                    + ", but now " + list(registered) + " are registered; `neco recover` asks for a new one, of these");
        }
        OffsetDateTime begin = now.isEqual(request.startedAt()) ? now.plusNanos(1) : now;
        return new Again(new UpdateRequest(version, request.servers(), false, begin));
    }

    private static String unstopped(String version, boolean isCompleted, boolean isAborted) {
        if (isCompleted) {
            return "the update to " + version
                    + " is completed, so there is nothing to retry; with --completed its steps"
                    + " are walked once more";
        }
        if (isAborted) {
            return "the update to " + version + " was aborted, but is not marked as stopped yet; neco-updater does that"
                    + " at once, so see whether it runs";
        }
        return "the update to " + version + " is running; `neco status --watch` follows it";
    }

    private static String list(Collection<Integer> servers) {
        return servers.isEmpty()
                ? "none"
                : String.join(
                        ", ", List.copyOf(servers).stream().map(String::valueOf).toList());
    }
}
