package io.neco.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All writes below a prefix, in the order of etcd's revisions.
 *
 * <p>Normalised, a line is {@code WHO put KEY VALUE} or {@code WHO delete KEY}; WHO is {@code updater}; {@code all} for what every server writes at
 * that place of its own sequence, with its number as N; {@code first} for what one of them writes for all. Lease IDs are LEASE, times are TIME.
 *
 * @param events the writes
 */
record UpdateTrace(List<Event> events) {
    private static final String END = "end-of-trace";
    private static final Pattern REPORT = Pattern.compile("status/bootservers/([0-9]+)");
    private static final Pattern INSTALLED = Pattern.compile("install/([0-9]+)/.*");
    private static final Pattern CANDIDATE = Pattern.compile("leader/worker//[0-9a-f]+");
    private static final Pattern STEP = Pattern.compile("\"step\":([0-9]+)");

    record Event(boolean isPut, String key, String value) {
        /** Without whose and when it is. */
        String normalised(String who) {
            String text = (isPut ? "put " : "delete ")
                    + key.replaceFirst("//[0-9a-f]+$", "//LEASE")
                            .replaceFirst("^(status/bootservers|install)/[0-9]+", "$1/N");
            if (!isPut) {
                return text;
            }
            boolean isNumber = CANDIDATE.matcher(key).matches() && value.equals(who);
            return text + " " + (isNumber ? "N" : value.replaceFirst("(\"started_at\":\")[^\"]+Z\"", "$1TIME\""));
        }
    }

    /** Reads the history from a revision on, as etcdctl tells it. */
    static UpdateTrace read(String endpoint, String prefix, long revision) throws IOException, InterruptedException {
        run(endpoint, "put", prefix + END, END);
        Process watch = etcdctl(endpoint, "watch", "--prefix", prefix, "--rev=" + revision);
        List<Event> events = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
            for (String kind = lines.readLine(); kind != null; kind = lines.readLine()) {
                String key = Objects.requireNonNull(lines.readLine()).substring(prefix.length());
                String value = Objects.requireNonNull(lines.readLine());
                if (key.equals(END)) {
                    break;
                }
                events.add(new Event(kind.equals("PUT"), key, value));
            }
        } finally {
            watch.destroy();
        }
        return new UpdateTrace(List.copyOf(events));
    }

    /** How many keys there are below a prefix. */
    static long keys(String endpoint, String prefix) throws IOException, InterruptedException {
        return run(endpoint, "get", "--prefix", "--keys-only", prefix)
                .lines()
                .filter(line -> !line.isBlank())
                .count();
    }

    /** The trace as in the golden file. Where servers do not write the same, their sequences are all shown. */
    List<String> normalised() {
        Map<String, List<String>> sequences = new TreeMap<>();
        Map<String, String> owners = new HashMap<>();
        List<String> updater = new ArrayList<>();
        for (Event event : events) {
            String who = writer(event, owners);
            if (who.equals("updater")) {
                updater.add("updater " + event.normalised(who));
            } else if (who.equals("leader")) {
                // all three are candidates by then, so it stands at the same place of every sequence
                sequences.values().forEach(sequence -> sequence.add("first " + event.normalised(who)));
            } else {
                sequences.computeIfAbsent(who, w -> new ArrayList<>()).add("all " + event.normalised(who));
            }
        }
        List<List<String>> different = sequences.values().stream().distinct().toList();
        List<String> result = new ArrayList<>(updater.subList(0, Math.min(2, updater.size())));
        if (different.size() == 1) {
            result.addAll(different.get(0));
        } else {
            sequences.forEach((who, sequence) -> sequence.forEach(line -> result.add(who + ": " + line)));
        }
        result.addAll(updater.subList(Math.min(2, updater.size()), updater.size()));
        return result;
    }

    /** Reports that came before every server had arrived at the step before. */
    List<String> barrierViolations() {
        Map<String, Integer> steps = new HashMap<>();
        List<String> violations = new ArrayList<>();
        for (Event event : events) {
            Matcher report = REPORT.matcher(event.key());
            Matcher step = STEP.matcher(event.value());
            if (report.matches() && step.find()) {
                int now = Integer.parseInt(step.group(1));
                steps.put(report.group(1), now);
                long arrived = steps.values().stream()
                        .filter(other -> other >= now - 1)
                        .count();
                if (now > 1 && arrived < 3) {
                    violations.add(event.key() + " " + event.value());
                }
            }
        }
        return violations;
    }

    private static String writer(Event event, Map<String, String> owners) {
        Matcher report = REPORT.matcher(event.key());
        Matcher installed = INSTALLED.matcher(event.key());
        if (report.matches()) {
            return report.group(1);
        }
        if (installed.matches()) {
            return installed.group(1);
        }
        if (CANDIDATE.matcher(event.key()).matches()) {
            return event.isPut()
                    ? owners.computeIfAbsent(event.key(), key -> event.value())
                    : owners.getOrDefault(event.key(), "nobody");
        }
        return event.key().startsWith("contents/") ? "leader" : "updater";
    }

    private static String run(String endpoint, String... arguments) throws IOException, InterruptedException {
        Process process = etcdctl(endpoint, arguments);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("etcdctl failed: " + said);
        }
        return said;
    }

    private static Process etcdctl(String endpoint, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoint));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        return builder.start();
    }
}
