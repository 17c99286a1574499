package io.neco.dctest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long one update took, from the recorded events of {@code /neco/status/}.
 *
 * @param version the version updated to
 * @param requestedAt when the request was seen, seconds since the epoch
 * @param stepOpenAt for each step, when the last member arrived at it
 * @param lastBarrier the final step, which does nothing: what its barrier costs; empty while the update is not completed
 * @param completedAt when the last member reported completion; empty while it has not
 */
public record UpdateFigures(
        String version,
        double requestedAt,
        SortedMap<Integer, Double> stepOpenAt,
        Optional<BarrierCost> lastBarrier,
        OptionalDouble completedAt) {

    private static final String REQUEST = "/neco/status/current";
    private static final String STATUS = "/neco/status/bootservers/";
    private static final int COMPLETED = 3;
    private static final int RUNNING = 1;

    /**
     * What a barrier costs when the step behind it does nothing.
     *
     * @param toFirst seconds from the last arrival to the first next report
     * @param toLast seconds from the last arrival to the last next report
     */
    public record BarrierCost(double toFirst, double toLast) {}

    /**
     * Evaluates the update to {@code version}.
     *
     * @throws IOException when the request is not among the events, or a value is not JSON
     */
    public static UpdateFigures of(String version, List<RecordedEvent> events) throws IOException {
        ObjectMapper json = new ObjectMapper();
        OptionalDouble requested = OptionalDouble.empty();
        Set<String> members = new HashSet<>();
        SortedMap<Integer, Map<String, Double>> arrivals = new TreeMap<>();
        Map<String, Double> completions = new HashMap<>();
        for (RecordedEvent event : events) {
            boolean isOfUpdate = event.key().equals(REQUEST) || event.key().startsWith(STATUS);
            if (event.isDeletion() || !isOfUpdate) {
                continue;
            }
            JsonNode value = json.readTree(event.value());
            if (!version.equals(value.path("version").asText())) {
                continue;
            }
            if (event.key().equals(REQUEST) && !value.path("stop").asBoolean()) {
                // a later request of the same version starts afresh
                requested = OptionalDouble.of(event.time());
                members.clear();
                arrivals.clear();
                completions.clear();
                value.path("servers").forEach(s -> members.add(s.asText()));
            } else if (event.key().startsWith(STATUS)) {
                String server = event.key().substring(STATUS.length());
                int step = value.path("step").asInt();
                if (value.path("cond").asInt() == RUNNING) {
                    arrivals.computeIfAbsent(step, s -> new HashMap<>()).putIfAbsent(server, event.time());
                } else if (value.path("cond").asInt() == COMPLETED) {
                    completions.putIfAbsent(server, event.time());
                }
            }
        }
        if (requested.isEmpty()) {
            throw new IOException("no request for version " + version + " among " + events.size() + " recorded events");
        }
        SortedMap<Integer, Double> open = new TreeMap<>();
        arrivals.forEach((step, at) -> {
            if (at.keySet().containsAll(members)) {
                open.put(step, latest(at));
            }
        });
        boolean done = !members.isEmpty() && completions.keySet().containsAll(members);
        OptionalDouble completed = done ? OptionalDouble.of(latest(completions)) : OptionalDouble.empty();
        Optional<BarrierCost> barrier = done && !open.isEmpty()
                ? Optional.of(new BarrierCost(
                        earliest(completions) - at(open, open.lastKey()),
                        latest(completions) - at(open, open.lastKey())))
                : Optional.empty();
        return new UpdateFigures(version, requested.getAsDouble(), open, barrier, completed);
    }

    /**
     * Evaluates every request for {@code version}, in order.
     *
     * @throws IOException when a value is not JSON
     */
    public static List<UpdateFigures> each(String version, List<RecordedEvent> events) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<UpdateFigures> all = new ArrayList<>();
        int begin = -1;
        for (int i = 0; i <= events.size(); i++) {
            boolean isNext = i == events.size() || isRequest(json, version, events.get(i));
            if (isNext && begin >= 0) {
                all.add(of(version, events.subList(begin, i)));
            }
            begin = isNext ? i : begin;
        }
        return all;
    }

    private static boolean isRequest(ObjectMapper json, String version, RecordedEvent event) throws IOException {
        if (event.isDeletion() || !event.key().equals(REQUEST)) {
            return false;
        }
        JsonNode value = json.readTree(event.value());
        return version.equals(value.path("version").asText())
                && !value.path("stop").asBoolean();
    }

    /** Seconds from the request until all members had arrived at the first step; empty before that. */
    public OptionalDouble requestToFirstStep() {
        return stepOpenAt.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(at(stepOpenAt, stepOpenAt.firstKey()) - requestedAt);
    }

    /** Seconds from the request until all members were completed; empty before that. */
    public OptionalDouble requestToCompleted() {
        return completedAt.isPresent()
                ? OptionalDouble.of(completedAt.getAsDouble() - requestedAt)
                : OptionalDouble.empty();
    }

    /** Seconds each step took: from the last member's arrival at it to the last member's next report. */
    public SortedMap<Integer, Double> stepSeconds() {
        SortedMap<Integer, Double> seconds = new TreeMap<>();
        List<Integer> steps = new ArrayList<>(stepOpenAt.keySet());
        for (int i = 0; i < steps.size(); i++) {
            double begin = at(stepOpenAt, steps.get(i));
            if (i + 1 < steps.size()) {
                seconds.put(steps.get(i), at(stepOpenAt, steps.get(i + 1)) - begin);
            } else if (completedAt.isPresent()) {
                seconds.put(steps.get(i), completedAt.getAsDouble() - begin);
            }
        }
        return seconds;
    }

    private static double at(SortedMap<Integer, Double> times, int step) {
        return Objects.requireNonNull(times.get(step), "no time of a step that is listed");
    }

    private static double latest(Map<String, Double> times) {
        return times.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    private static double earliest(Map<String, Double> times) {
        return times.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }
}
