package io.neco.update;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The members of a running update that keep the others waiting.
 *
 * @param reasons where each of them is, by logical rack number; empty: nobody waits for another one
 * @param step the furthest step that a member has reported; 0: none has
 */
public record Stragglers(SortedMap<Integer, String> reasons, int step) {

    /** Copies the map. */
    public Stragglers {
        reasons = new TreeMap<>(reasons);
    }

    /**
     * Works it out: a worker reports a step when it arrives at it, and begins when all have arrived.
     *
     * @param statuses reports by logical rack number, of any version
     */
    public static Stragglers of(UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        SortedMap<Integer, UpdateStatus> reports = new TreeMap<>();
        statuses.forEach((lrn, status) -> {
            if (request.isMember(lrn) && status.version().equals(request.version())) {
                reports.put(lrn, status);
            }
        });
        int furthest =
                reports.values().stream().mapToInt(UpdateStatus::step).max().orElse(0);
        boolean isAnyDone = reports.values().stream().anyMatch(s -> s.condition() == UpdateCondition.COMPLETED);
        SortedMap<Integer, String> reasons = new TreeMap<>();
        for (int lrn : request.servers()) {
            UpdateStatus status = reports.get(lrn);
            if (status == null) {
                reasons.put(lrn, "not begun: the package is being installed, or neco-worker does not run");
            } else if (status.step() < furthest) {
                reasons.put(lrn, "step " + status.step());
            } else if (isAnyDone && status.condition() != UpdateCondition.COMPLETED) {
                reasons.put(lrn, "step " + status.step() + ", the last one");
            }
        }
        return new Stragglers(reasons, furthest);
    }

    /** In one sentence, e.g. {@code waiting for boot server 2 (step 7)}. */
    public String inWords() {
        if (reasons.isEmpty()) {
            return "all boot servers work on step " + step;
        }
        Map<String, List<Integer>> byReason = new LinkedHashMap<>();
        reasons.forEach((lrn, why) ->
                byReason.computeIfAbsent(why, w -> new ArrayList<>()).add(lrn));
        List<String> parts = new ArrayList<>();
        byReason.forEach((why, lrns) -> parts.add(servers(lrns) + " (" + why + ")"));
        return "waiting for " + String.join(", ", parts);
    }

    private static String servers(List<Integer> lrns) {
        String numbers = String.join(", ", lrns.stream().map(String::valueOf).toList());
        return (lrns.size() == 1 ? "boot server " : "boot servers ") + numbers;
    }
}
