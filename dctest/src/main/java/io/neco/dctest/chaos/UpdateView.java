package io.neco.dctest.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.dctest.report.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What etcd says of the update under way: request, reports, and who waits for the workers' lock. Not safe for several threads. */
final class UpdateView {
    static final String STATUS = "/neco/status/";
    static final String WORKERS_LOCK = "/neco/leader/worker/";
    private static final String REQUEST = STATUS + "current";
    private static final String REPORTS = STATUS + "bootservers/";

    private static final int RUNNING = 1;
    private static final int ABORTED = 2;
    private static final int COMPLETED = 3;

    private final ObjectMapper json = new ObjectMapper();
    private final SortedMap<Integer, Report> reports = new TreeMap<>();
    private final Map<String, Integer> candidates = new LinkedHashMap<>();
    private List<Integer> members = List.of();
    private Optional<String> version = Optional.empty();
    private boolean isStopped;

    /** A server's report. */
    record Report(int step, int condition, String message) {
        @Override
        public String toString() {
            return switch (condition) {
                case RUNNING -> "at " + step;
                case ABORTED -> "aborted at " + step;
                case COMPLETED -> "completed";
                default -> "condition " + condition + " at " + step;
            };
        }
    }

    /** Takes up a change. */
    void accept(RecordedEvent event) throws IOException {
        String key = event.key();
        if (key.equals(REQUEST)) {
            JsonNode request = json.readTree(event.isDeletion() ? "{}" : event.value());
            isStopped = request.path("stop").asBoolean();
            version = Optional.of(request.path("version").asText()).filter(text -> !text.isEmpty());
            List<Integer> servers = new ArrayList<>();
            request.path("servers").forEach(server -> servers.add(server.asInt()));
            members = servers;
        } else if (key.startsWith(REPORTS)) {
            int server = Integer.parseInt(key.substring(REPORTS.length()));
            if (event.isDeletion()) {
                reports.remove(server);
            } else {
                JsonNode report = json.readTree(event.value());
                reports.put(
                        server,
                        new Report(
                                report.path("step").asInt(),
                                report.path("cond").asInt(),
                                report.path("message").asText()));
            }
        } else if (key.startsWith(WORKERS_LOCK)) {
            if (event.isDeletion()) {
                candidates.remove(key);
            } else if (!event.value().isEmpty()) {
                candidates.put(key, Integer.parseInt(event.value()));
            }
        }
    }

    /** Whether a request is there. */
    boolean isRequested() {
        return !members.isEmpty();
    }

    /** The version that is requested; empty without a request. */
    Optional<String> version() {
        return version;
    }

    /** The servers that take part. */
    List<Integer> members() {
        return members;
    }

    /** Whether all members have arrived at a step, or are beyond it. */
    boolean isOpen(int step) {
        return isRequested()
                && members.stream()
                        .allMatch(member -> report(member).map(Report::step).orElse(0) >= step);
    }

    /** Who has the workers' lock: the first of its candidates. */
    Optional<Integer> lockHolder() {
        return candidates.values().stream().findFirst();
    }

    Optional<Report> report(int member) {
        return Optional.ofNullable(reports.get(member));
    }

    boolean isStopped() {
        return isStopped;
    }

    boolean isCompleted() {
        return isRequested()
                && !isStopped
                && members.stream()
                        .allMatch(
                                member -> report(member).map(Report::condition).orElse(0) == COMPLETED);
    }

    /** The step at which the members have completed; 0 before. */
    int lastStep() {
        return isCompleted()
                ? Objects.requireNonNull(reports.get(reports.lastKey())).step()
                : 0;
    }

    /** Why the update was aborted, by the server that failed first; empty if none did. */
    Optional<String> reason() {
        Optional<String> first = Optional.empty();
        for (var entry : reports.entrySet()) {
            Report report = entry.getValue();
            if (report.condition() == ABORTED) {
                boolean isEcho = report.message().startsWith("other boot server failed");
                if (first.isEmpty() || !isEcho) {
                    first = Optional.of("boot-" + entry.getKey() + " at " + report.step() + ": " + report.message());
                }
                if (!isEcho) {
                    break;
                }
            }
        }
        return first;
    }

    @Override
    public String toString() {
        if (!isRequested()) {
            return "no request";
        }
        StringBuilder text = new StringBuilder(isStopped ? "stopped; " : "");
        for (int member : members) {
            text.append("boot-")
                    .append(member)
                    .append(' ')
                    .append(report(member).map(Report::toString).orElse("has not reported"))
                    .append(", ");
        }
        return text.substring(0, text.length() - 2);
    }
}
