package io.neco.dctest.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Prints the table at the end of bin/demo: what took how long, beside the target where there is one. */
public final class DemoReport {
    private static final String UNKNOWN = "-";
    /** What worker and updater say when a changed setting is in force. */
    private static final Set<String> TAKEN_UP = Set.of("settings taken up", "detected config change");

    private final Path directory;
    private final String version;
    private final List<String[]> rows = new ArrayList<>();

    private DemoReport(Path directory, String version) {
        this.directory = directory;
        this.version = version;
    }

    /**
     * Prints the report.
     *
     * @param args the directory with the demo's recordings, and the version updated to
     */
    public static void main(String[] args) throws IOException {
        DemoReport report = new DemoReport(Path.of(args[0]), args[1]);
        report.collect();
        report.print(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    private void collect() throws IOException {
        for (String line : Files.readAllLines(directory.resolve("phases.tsv"))) {
            String[] parts = line.split("\t", 2);
            row(parts[0], OptionalDouble.of(Double.parseDouble(parts[1])), target(parts[0]));
        }
        List<RecordedEvent> events = RecordedEvent.readAll(directory.resolve("events.log"));
        List<LogLine> workers = logs("neco-worker");
        List<LogLine> updaters = logs("neco-updater");
        UpdateFigures figures = UpdateFigures.of(version, events);
        row("update: request -> step 1 open", figures.requestToFirstStep(), "6");
        Map<Integer, String> names = stepNames(workers);
        figures.stepSeconds()
                .forEach((step, seconds) -> row(
                        "update: step " + step + " " + names.getOrDefault(step, ""), OptionalDouble.of(seconds), ""));
        row("update: request -> all completed", figures.requestToCompleted(), "12");
        OptionalDouble idle = workers.stream()
                .filter(l -> l.message().equals("update finished")
                        && l.field("version").equals(version))
                .mapToDouble(LogLine::time)
                .max();
        row("update: request -> all idle again", since(idle, figures.requestedAt()), "20");
        if (figures.completedAt().isPresent()) {
            row(
                    "rolling etcd restart, three members",
                    since(idle, figures.completedAt().getAsDouble()),
                    "");
        }
        figures.lastBarrier().ifPresent(b -> {
            row("barrier: last arrival -> first next report (ms)", OptionalDouble.of(b.toFirst() * 1000), "2");
            row("barrier: last arrival -> last next report (ms)", OptionalDouble.of(b.toLast() * 1000), "5");
        });
        row("setting changed -> last daemon took it up", configTakeUp(events, workers, updaters), "1");
        row("leading updater killed -> another leads", takeOver(updaters), "15");
        row("worker stopped by systemd", stopped(), "0.5");
    }

    private static String target(String phase) {
        return switch (phase) {
            case "setup" -> "20";
            default -> "";
        };
    }

    private List<LogLine> logs(String unit) throws IOException {
        List<LogLine> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(unit + "-boot-"))
                    .sorted()
                    .toList()) {
                lines.addAll(LogLine.readAll(file));
            }
        }
        lines.sort(Comparator.comparingDouble(LogLine::time));
        return lines;
    }

    private static Map<Integer, String> stepNames(List<LogLine> workers) {
        SortedMap<Integer, String> names = new TreeMap<>();
        for (LogLine line : workers) {
            if (line.message().equals("step finished")) {
                names.put(Integer.parseInt(line.field("step")), line.field("name"));
            }
        }
        return names;
    }

    /** The last change of a setting, and the last daemon's line about it. */
    private static OptionalDouble configTakeUp(
            List<RecordedEvent> events, List<LogLine> workers, List<LogLine> updaters) {
        OptionalDouble changed = events.stream()
                .filter(e -> e.key().startsWith("/neco/config/"))
                .mapToDouble(RecordedEvent::time)
                .max();
        if (changed.isEmpty()) {
            return changed;
        }
        return since(
                Stream.concat(workers.stream(), updaters.stream())
                        .filter(l -> TAKEN_UP.contains(l.message()))
                        .mapToDouble(LogLine::time)
                        .filter(t -> t >= changed.getAsDouble() - 0.01)
                        .max(),
                changed.getAsDouble());
    }

    private OptionalDouble takeOver(List<LogLine> updaters) throws IOException {
        double killed =
                Double.parseDouble(Files.readString(directory.resolve("killed")).strip());
        return since(
                updaters.stream()
                        .filter(l -> l.message().equals("I am the leader") && l.time() > killed)
                        .mapToDouble(LogLine::time)
                        .min(),
                killed);
    }

    private OptionalDouble stopped() throws IOException {
        String[] times = Files.readString(directory.resolve("stopped")).strip().split(" ", 2);
        return OptionalDouble.of(Double.parseDouble(times[1]) - Double.parseDouble(times[0]));
    }

    private static OptionalDouble since(OptionalDouble end, double begin) {
        return end.isPresent() ? OptionalDouble.of(end.getAsDouble() - begin) : OptionalDouble.empty();
    }

    private void row(String what, OptionalDouble value, String target) {
        String shown = value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : UNKNOWN;
        rows.add(new String[] {what, shown, target.isEmpty() ? "" : "< " + target});
    }

    private void print(PrintStream out) {
        out.printf("%-52s %10s   %s%n", "", "seconds", "target");
        for (String[] row : rows) {
            out.println(String.format("%-52s %10s   %s", row[0], row[1], row[2]).stripTrailing());
        }
    }
}
