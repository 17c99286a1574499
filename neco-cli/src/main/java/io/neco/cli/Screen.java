package io.neco.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;

/** Shows a text that changes: drawn over the last one on a terminal, else one line for each change. */
final class Screen {
    private final PrintWriter out;
    private final boolean isTerminal;
    private final TerminalArea area;
    private String last = "";
    private String noted = "";
    private String note = "";

    Screen(PrintWriter out, boolean isTerminal, Supplier<TerminalSize> size) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.area = new TerminalArea(out, size);
    }

    /**
     * Something to say besides.
     *
     * @param kind of what is said; without a terminal each kind is told once, however its text changes
     * @param text what is said
     */
    void note(String kind, String text) {
        if (!isTerminal && !kind.equals(noted)) {
            out.println(text);
            out.flush();
        }
        noted = kind;
        note = text;
    }

    /** Nothing is to be said besides. */
    void clearNote() {
        noted = "";
        note = "";
    }

    /**
     * Shows the state.
     *
     * @param full the text for a terminal
     * @param line the same in one line
     * @param time put before the line
     * @param isLast whether nothing is shown after it, so that it need not fit into the terminal
     */
    void show(String full, String line, Instant time, boolean isLast) {
        if (!isTerminal) {
            if (!line.equals(last)) {
                out.println(time.truncatedTo(ChronoUnit.SECONDS) + " " + line.replace('\n', ' '));
            }
            last = line;
            out.flush();
            return;
        }
        // not lines(): messages of others may hold a carriage return
        List<String> lines = List.of((full + note).stripTrailing().split("\n", -1));
        area.draw(isLast ? lines : List.of(), isLast ? List.of() : lines);
    }
}
