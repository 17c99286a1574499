package io.neco.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result: a row for each case, both sides side by side, as Markdown. */
final class Table {
    private final PrintStream out;
    private final String other;
    private final List<String> notes = new ArrayList<>();
    private boolean hasHead;

    /** @param other name of what we are compared with */
    Table(PrintStream out, String other) {
        this.out = out;
        this.other = other;
    }

    void note(String text) {
        notes.add(text);
    }

    /**
     * Prints a case.
     *
     * @param first our first run in a new process
     * @param ours our later runs
     * @param theirs the other side's
     */
    void row(String name, Measured first, List<Measured> ours, List<Measured> theirs) {
        if (!hasHead) {
            hasHead = true;
            out.printf(
                    "| case | first s | ours s | %s s | ratio | cpu s | %s cpu s | peak MiB | %s MiB |%n",
                    other, other, other);
            out.println("|---|---|---|---|---|---|---|---|---|");
        }
        Measured we = median(ours);
        Measured they = median(theirs);
        out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %d | %d |%n",
                name,
                first.seconds(),
                we.seconds(),
                they.seconds(),
                we.seconds() / they.seconds(),
                we.cpuSeconds(),
                they.cpuSeconds(),
                we.peakKib() >> 10,
                they.peakKib() >> 10);
        out.flush();
    }

    void end() {
        notes.forEach(out::println);
        out.println();
    }

    private static Measured median(List<Measured> runs) {
        return new Measured(
                middle(runs.stream().mapToDouble(Measured::seconds).toArray()),
                middle(runs.stream().mapToDouble(Measured::cpuSeconds).toArray()),
                runs.stream().mapToLong(Measured::peakKib).max().orElse(0));
    }

    private static double middle(double[] values) {
        java.util.Arrays.sort(values);
        return values[values.length / 2];
    }
}
