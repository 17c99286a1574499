package io.neco.updater;

import io.neco.release.ReleaseVersion;
import io.neco.store.Snapshot;
import io.neco.time.GoDuration;
import io.neco.update.Stragglers;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the leading updater does next, decided from a snapshot alone; source: updater/action.go at 1eec387, docs/neco-updater.md. */
public sealed interface NextAction {

    /** The action's name in the log. */
    String logName();

    /** Nothing to do until something below {@code info/} changes. */
    record WaitInfo() implements NextAction {
        @Override
        public String logName() {
            return "wait-for-info";
        }
    }

    /**
     * Ask all registered servers for another version.
     *
     * @param version the version
     * @param servers who takes part
     */
    record NewVersion(String version, List<Integer> servers) implements NextAction {
        @Override
        public String logName() {
            return "request-update";
        }
    }

    /**
     * Let all servers walk the steps again, because servers came or went.
     *
     * @param version the version they have
     * @param servers who takes part
     */
    record Reconfigure(String version, List<Integer> servers) implements NextAction {
        @Override
        public String logName() {
            return "reconfigure";
        }
    }

    /**
     * Wait until every member completed the update, one of them aborted it, or it takes too long.
     *
     * @param request the update
     */
    record WaitWorkers(UpdateRequest request) implements NextAction {
        @Override
        public String logName() {
            return "wait-for-workers";
        }
    }

    /**
     * Stop an update that was aborted or takes too long.
     *
     * @param request the update
     * @param reason for people: which server, which step, why
     */
    record Stop(UpdateRequest request, String reason) implements NextAction {
        @Override
        public String logName() {
            return "request-stop";
        }
    }

    /** Nothing to do until an operator has run {@code neco recover}. */
    record WaitClear() implements NextAction {
        @Override
        public String logName() {
            return "wait-for-user-recovery";
        }
    }

    /**
     * Something stored makes no sense; nothing to do until it changes.
     *
     * @param message which key, its value, and what was expected
     */
    record Fail(String message) implements NextAction {
        @Override
        public String logName() {
            return "error";
        }
    }

    /**
     * The next action; the rules are those of the table in docs/neco-updater.md, the first that holds wins.
     *
     * @param timeout how long an update may go without progress
     * @param progress when it last got ahead; see {@link Progress}
     * @param now the time, by the same clock
     */
    static NextAction decide(Snapshot snapshot, Duration timeout, Instant progress, Instant now) {
        if (snapshot.latest().isEmpty()) {
            return new WaitInfo();
        }
        ReleaseVersion latest;
        try {
            latest = ReleaseVersion.parse(snapshot.latest());
        } catch (IllegalArgumentException e) {
            return new Fail(
                    "info/neco-release holds \"" + snapshot.latest() + "\", which is no version: " + e.getMessage());
        }
        if (snapshot.request().isEmpty()) {
            return new NewVersion(snapshot.latest(), snapshot.servers());
        }
        UpdateRequest request = snapshot.request().get();
        if (request.stop()) {
            return new WaitClear();
        }
        if (UpdateProgress.isAborted(request.version(), snapshot.statuses())) {
            return new Stop(request, abortReason(request, snapshot.statuses()));
        }
        if (!UpdateProgress.isCompleted(request.version(), request.servers(), snapshot.statuses())) {
            return now.isAfter(deadline(progress, timeout))
                    ? new Stop(request, timeoutReason(request, timeout, snapshot.statuses()))
                    : new WaitWorkers(request);
        }
        if (!request.servers().equals(snapshot.servers())) {
            return new Reconfigure(request.version(), snapshot.servers());
        }
        return compare(latest, request, snapshot);
    }

    private static NextAction compare(ReleaseVersion latest, UpdateRequest request, Snapshot snapshot) {
        try {
            return latest.isSameAs(ReleaseVersion.parse(request.version()))
                    ? new WaitInfo()
                    : new NewVersion(snapshot.latest(), snapshot.servers());
        } catch (IllegalArgumentException e) {
            return new Fail("status/current asks for version \"" + request.version() + "\", which is no version: "
                    + e.getMessage());
        }
    }

    private static String abortReason(UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        int lrn = UpdateProgress.culprit(request.version(), statuses).orElseThrow();
        UpdateStatus status = Objects.requireNonNull(statuses.get(lrn));
        return "update request was aborted: " + status.message()
                + (status.message().isEmpty() ? "" : " ") + "(boot server " + lrn + ", step " + status.step() + ")";
    }

    private static String timeoutReason(UpdateRequest request, Duration timeout, Map<Integer, UpdateStatus> statuses) {
        Stragglers stragglers = Stragglers.of(request, statuses);
        return "workers take too long for update: " + GoDuration.format(timeout) + " without progress, "
                + stragglers.inWords()
                + "; see `journalctl -u neco-worker` there, then run `neco recover`"
                + (stragglers.reasons().isEmpty()
                        ? ""
                        : "; if the server is lost for good, `neco replace "
                                + stragglers.reasons().firstKey() + "` before");
    }

    /**
     * When an update has taken too long.
     *
     * @param progress when it last got ahead
     */
    static Instant deadline(Instant progress, Duration timeout) {
        try {
            return progress.plus(timeout);
        } catch (ArithmeticException | DateTimeException e) {
            return Instant.MAX;
        }
    }
}
