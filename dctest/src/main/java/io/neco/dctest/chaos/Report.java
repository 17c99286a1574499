package io.neco.dctest.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The results so far, as a page of Markdown: the matrix, then each cell. The page is also what a later run goes on from. */
final class Report {
    private final Path file;
    private final Map<Cell, CellResult> results = new LinkedHashMap<>();

    private Report(Path file) {
        this.file = file;
    }

    /** A page without results. */
    static Report empty(Path file) {
        return new Report(file);
    }

    /**
     * The page as it is; without results if there is none.
     *
     * @throws IOException when it cannot be read
     */
    static Report resume(Path file) throws IOException {
        Report report = new Report(file);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                CellResult.ofRow(line).ifPresent(result -> report.results.put(result.cell(), result));
            }
        }
        return report;
    }

    boolean has(Cell cell) {
        return results.containsKey(cell);
    }

    Collection<CellResult> results() {
        return results.values();
    }

    /**
     * Takes a result down, and writes the page.
     *
     * @throws IOException when it cannot be written
     */
    void add(CellResult result) throws IOException {
        results.put(result.cell(), result);
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, page());
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    String page() {
        Stream<String> head = Stream.of(
                "# Faults at every step, as of " + LocalDate.now(ZoneOffset.UTC),
                "",
                "Seconds: completed by itself; *in italics*: aborted and cured; **bold**: anything else; ·: not run.",
                "",
                "| step | " + String.join(" | ", Fault.labels()) + " |",
                "|---" + "|---".repeat(Fault.values().length) + "|");
        Stream<String> matrix =
                IntStream.rangeClosed(Cell.INSTALLATION, Cell.STEPS).mapToObj(this::matrixRow);
        Stream<String> cells = Stream.concat(
                Stream.of(
                        "",
                        "| cell | ended | fault took effect on | end | time | remarks |",
                        "|---|---|---|---|---|---|"),
                results.values().stream().map(CellResult::row));
        return Stream.of(head, matrix, cells).flatMap(s -> s).collect(Collectors.joining("\n", "", "\n"));
    }

    private String matrixRow(int step) {
        return "| " + step + " | "
                + Stream.of(Fault.values())
                        .map(fault -> entry(new Cell(step, fault)))
                        .collect(Collectors.joining(" | "))
                + " |";
    }

    private String entry(Cell cell) {
        CellResult result = results.get(cell);
        if (result == null) {
            return "·";
        }
        return switch (result.end()) {
            case COMPLETED -> Long.toString(result.seconds());
            case RECOVERED, RETRIED -> "*" + result.seconds() + "*";
            case STUCK, FAILED -> "**" + result.end().words() + "**";
        };
    }
}
