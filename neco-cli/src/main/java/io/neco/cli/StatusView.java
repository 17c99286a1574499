package io.neco.cli;

import io.neco.store.Snapshot;
import io.neco.update.Retry;
import io.neco.update.Stragglers;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code neco status} tells, worked out from one snapshot.
 *
 * @param bootServers registered boot servers, in etcd's order
 * @param state how the update stands
 * @param request the request; empty: none
 * @param reports reports about the request's version, by logical rack number
 * @param waitedFor members that keep the others waiting, and why
 */
record StatusView(
        List<Integer> bootServers,
        UpdateState state,
        Optional<UpdateRequest> request,
        SortedMap<Integer, UpdateStatus> reports,
        SortedMap<Integer, String> waitedFor) {

    /** Judges by the rules all programs share. */
    static StatusView of(Snapshot snapshot) {
        SortedMap<Integer, UpdateStatus> reports = new TreeMap<>();
        if (snapshot.request().isEmpty()) {
            return new StatusView(snapshot.servers(), UpdateState.CLEAR, Optional.empty(), reports, new TreeMap<>());
        }
        UpdateRequest request = snapshot.request().get();
        snapshot.statuses().forEach((lrn, status) -> {
            if (status.version().equals(request.version())) {
                reports.put(lrn, status);
            }
        });
        UpdateState state = state(request, snapshot.statuses());
        return new StatusView(
                snapshot.servers(), state, Optional.of(request), reports, waitedFor(request, state, reports));
    }

    private static UpdateState state(UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        UpdateState byReports = stateByReports(request, statuses);
        return request.stop() && byReports != UpdateState.ABORTED ? UpdateState.STOPPED : byReports;
    }

    /** The state as the reference tells it, which does not look whether the request is stopped. */
    UpdateState stateByReports() {
        return request.map(r -> stateByReports(r, reports)).orElse(UpdateState.CLEAR);
    }

    private static UpdateState stateByReports(UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        if (UpdateProgress.isAborted(request.version(), statuses)) {
            return UpdateState.ABORTED;
        }
        return UpdateProgress.isCompleted(request.version(), request.servers(), statuses)
                ? UpdateState.COMPLETED
                : UpdateState.RUNNING;
    }

    private static SortedMap<Integer, String> waitedFor(
            UpdateRequest request, UpdateState state, SortedMap<Integer, UpdateStatus> reports) {
        boolean isUnfinished = state == UpdateState.RUNNING || state == UpdateState.STOPPED;
        return isUnfinished ? Stragglers.of(request, reports).reasons() : new TreeMap<>();
    }

    /** What goes on, in one sentence; of a stopped update also what to do. */
    String activity() {
        if (request.isEmpty()) {
            return "no update was asked for";
        }
        String version = request.get().version();
        return switch (state) {
            case CLEAR -> "no update was asked for";
            case COMPLETED -> "all boot servers have " + version;
            case ABORTED ->
                "the update to " + version + " was aborted: " + String.join("; ", aborts()) + advice(request.get());
            case STOPPED -> stopped(request.get());
            case RUNNING -> running(request.get());
        };
    }

    private String stopped(UpdateRequest stopped) {
        if (stateByReports() == UpdateState.COMPLETED) {
            return refusal(stopped).orElseThrow();
        }
        Stragglers stragglers = Stragglers.of(stopped, reports);
        return "the update to " + stopped.version() + " was stopped: "
                + (stragglers.reasons().isEmpty()
                        ? "all boot servers worked on step " + stragglers.step()
                        : "it was " + stragglers.inWords())
                + advice(stopped);
    }

    /** What `neco retry` would answer, so that nobody is sent there in vain. */
    private String advice(UpdateRequest asked) {
        if (!asked.stop()) {
            return "";
        }
        return "; " + refusal(asked).orElse("when the cause is mended, `neco retry` starts it again");
    }

    private Optional<String> refusal(UpdateRequest asked) {
        return Retry.of(request, reports, bootServers, false, asked.startedAt()) instanceof Retry.Refused refused
                ? Optional.of(refused.reason())
                : Optional.empty();
    }

    private String running(UpdateRequest running) {
        Stragglers stragglers = Stragglers.of(running, reports);
        return stragglers.inWords() + (stragglers.reasons().isEmpty() ? " of the update to " + running.version() : "");
    }

    private List<String> aborts() {
        List<String> aborts = new ArrayList<>();
        reports.forEach((lrn, status) -> {
            if (status.condition() == UpdateCondition.ABORTED) {
                aborts.add("boot server " + lrn + " at step " + status.step()
                        + (status.message().isEmpty() ? "" : ": " + status.message()));
            }
        });
        return aborts;
    }
}
