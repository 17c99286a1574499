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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prints the table at the end of bin/demo: what took how long, beside the target where there is one. */
public final class DemoReport {
    private static final String UNKNOWN = "-";
    private static final String FIRST = "last arrival -> first next report";
    private static final String LAST = "last arrival -> last next report";
    private static final Pattern BARRIER = Pattern.compile("(.*\\S) +median ([0-9.]+) ms.*");

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
            row(
                    parts[0],
                    OptionalDouble.of(Double.parseDouble(parts[1])),
                    switch (parts[0]) {
                        case "setup" -> OptionalDouble.of(ReferenceFigures.SETUP);
                        case "init-data" -> OptionalDouble.of(ReferenceFigures.INIT_DATA);
                        default -> OptionalDouble.empty();
                    },
                    parts[0].equals("setup") ? "20" : "");
        }
        List<RecordedEvent> events = RecordedEvent.readAll(directory.resolve("events.log"));
        List<LogLine> workers = logs("neco-worker");
        List<LogLine> updaters = logs("neco-updater");
        List<UpdateFigures> updates = UpdateFigures.each(version, events);
        if (updates.isEmpty()) {
            throw new IOException("no request for version " + version + " was recorded in " + directory);
        }
        update("upgrade", updates.get(0), workers, ReferenceFigures.UPGRADE, new Targets("6", "20", "28"));
        if (updates.size() > 1) {
            update("again", updates.get(1), workers, ReferenceFigures.AGAIN, new Targets("", "10", "18"));
        }
        UpdateFigures last = updates.get(updates.size() - 1);
        last.lastBarrier().ifPresent(barrier -> {
            milliseconds("again: step 18, " + FIRST, barrier.toFirst() * 1000, "");
            milliseconds("again: step 18, " + LAST, barrier.toLast() * 1000, "");
        });
        Map<String, Double> alone = barriers();
        String write = "one write until it is seen";
        row("barrier alone: " + write + " (ms)", OptionalDouble.of(found(alone, write)), OptionalDouble.empty(), "");
        milliseconds("barrier alone: " + FIRST, found(alone, FIRST), "2");
        milliseconds("barrier alone: " + LAST, found(alone, LAST), "5");
        row(
                "setting changed -> all workers, leading updater",
                SettingTakeUp.seconds(events, workers, updaters),
                OptionalDouble.of(ReferenceFigures.SETTING),
                "1");
        row(
                "leading updater killed -> another leads",
                takeOver(updaters),
                OptionalDouble.of(ReferenceFigures.TAKE_OVER),
                "15");
        row("worker stopped by systemd", stopped(), OptionalDouble.of(ReferenceFigures.STOP), "0.5");
    }

    /** What an update should take at most, in seconds; empty for no target. */
    private record Targets(String toFirstStep, String completed, String idle) {}

    private void update(
            String what, UpdateFigures figures, List<LogLine> workers, ReferenceFigures reference, Targets targets) {
        row(
                what + ": request -> step 1 open",
                figures.requestToFirstStep(),
                OptionalDouble.of(reference.toFirstStep()),
                targets.toFirstStep());
        Map<Integer, String> names = stepNames(workers);
        figures.stepSeconds()
                .forEach((step, seconds) -> row(
                        String.format(Locale.ROOT, "%s: step %2d %s", what, step, names.getOrDefault(step, "")),
                        OptionalDouble.of(seconds),
                        reference.step(step),
                        ""));
        row(
                what + ": request -> all completed",
                figures.requestToCompleted(),
                OptionalDouble.of(reference.completed()),
                targets.completed());
        OptionalDouble idle = idle(workers, figures);
        row(
                what + ": request -> all idle again",
                since(idle, figures.requestedAt()),
                OptionalDouble.of(reference.idle()),
                targets.idle());
        if (figures.completedAt().isPresent()) {
            row(
                    what + ": of that, restart of three etcd members",
                    since(idle, figures.completedAt().getAsDouble()),
                    OptionalDouble.empty(),
                    "");
        }
    }

    /** The last worker's first word, after the completion, that it is done. */
    private OptionalDouble idle(List<LogLine> workers, UpdateFigures figures) {
        double completed = figures.completedAt().orElse(Double.MAX_VALUE);
        Map<String, Double> first = new TreeMap<>();
        for (LogLine line : workers) {
            if (line.message().equals("update finished")
                    && line.field("version").equals(version)
                    && line.time() >= completed - 0.1) {
                first.merge(line.host(), line.time(), Math::min);
            }
        }
        return first.values().stream().mapToDouble(Double::doubleValue).max();
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

    /** What the bench has measured of barriers whose steps do nothing: medians of its last round, when the JVM is warm. */
    private Map<String, Double> barriers() throws IOException {
        Map<String, Double> medians = new TreeMap<>();
        for (String line : Files.readAllLines(directory.resolve("barrier.log"))) {
            Matcher matcher = BARRIER.matcher(line);
            if (matcher.matches()) {
                medians.put(matcher.group(1), Double.parseDouble(matcher.group(2)));
            }
        }
        return medians;
    }

    private double found(Map<String, Double> medians, String what) throws IOException {
        Double median = medians.get(what);
        if (median == null) {
            throw new IOException(directory.resolve("barrier.log") + " does not have \"" + what + "\": " + medians);
        }
        return median;
    }

    private void milliseconds(String what, double value, String target) {
        boolean isFirst = what.endsWith(FIRST);
        row(
                what + " (ms)",
                OptionalDouble.of(value),
                OptionalDouble.of((isFirst ? ReferenceFigures.BARRIER_FIRST : ReferenceFigures.BARRIER_LAST) * 1000),
                target);
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

    private void row(String what, OptionalDouble value, OptionalDouble reference, String target) {
        rows.add(new String[] {what, shown(value), shown(reference), target.isEmpty() ? "" : "< " + target});
    }

    private static String shown(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : UNKNOWN;
    }

    private void print(PrintStream out) {
        out.printf("%-52s %10s %10s   %s%n", "", "seconds", "reference", "target");
        for (String[] row : rows) {
            out.println(String.format("%-52s %10s %10s   %s", row[0], row[1], row[2], row[3])
                    .stripTrailing());
        }
    }
}
