package io.neco.dctest.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code bin/lab chaos}. */
public final class Main {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private static final int BROKEN = 3;

    private Main() {}

    /**
     * Runs cells and prints what came out.
     *
     * @param args steps, faults (lists with commas, empty for all), the file for the results, and whether to go on with those in it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<Cell> cells;
        try {
            cells = Cell.matrix(args[0], args[1]);
        } catch (IllegalArgumentException e) {
            System.err.println("lab: " + e.getMessage());
            System.exit(2);
            return;
        }
        Path file = Path.of(args[2]).toAbsolutePath();
        Files.createDirectories(file.getParent());
        boolean isResumed = Boolean.parseBoolean(args[3]);
        Report report = isResumed ? Report.resume(file) : Report.empty(file);
        List<Cell> due = cells.stream().filter(cell -> !report.has(cell)).toList();
        OUT.println(due.size() + " of " + cells.size() + " cells are to be run; setting the lab up");
        long begin = System.nanoTime();
        try (CellRunner runner = isResumed ? CellRunner.onPresentLab() : CellRunner.onNewLab()) {
            OUT.println(
                    "ready after " + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
            for (Cell cell : due) {
                CellResult result;
                try {
                    result = runner.run(cell);
                } catch (IOException | AssertionError e) {
                    System.err.println("lab: cell " + cell + " could not be run to its end: " + e.getMessage()
                            + "\nThe lab is left as it is; look around by bin/lab shell, and go on with --resume.");
                    System.exit(BROKEN);
                    return;
                }
                report.add(result);
                OUT.println(result.row());
            }
        }
        OUT.println(report.page());
        boolean isGood = report.results().stream().allMatch(CellResult::isGood);
        System.exit(isGood ? 0 : 1);
    }
}
