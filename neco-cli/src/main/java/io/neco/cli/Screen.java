package io.neco.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Shows a text that changes: drawn over the last one on a terminal, else one line for each change. */
final class Screen {
    private static final String CLEAR_LINE = "\033[K";

    private final PrintWriter out;
    private final boolean isTerminal;
    private int lines;
    private String last = "";
    private String note = "";

    Screen(PrintWriter out, boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /** Something to say besides, or nothing. */
    void note(String text) {
        if (!isTerminal && !text.isEmpty() && note.isEmpty()) {
            out.println(text);
            out.flush();
        }
        note = text;
    }

    /**
     * Shows the state.
     *
     * @param full the text for a terminal
     * @param line the same in one line
     * @param time put before the line
     */
    void show(String full, String line, Instant time) {
        if (!isTerminal) {
            if (!line.equals(last)) {
                out.println(time.truncatedTo(ChronoUnit.SECONDS) + " " + line.replace('\n', ' '));
            }
            last = line;
        } else {
            String text = note.isEmpty() ? full : full + note + "\n";
            if (lines > 0) {
                out.print("\033[" + lines + "A");
            }
            out.print(text.replace("\n", CLEAR_LINE + "\n") + "\033[J");
            lines = (int) text.chars().filter(c -> c == '\n').count();
        }
        out.flush();
    }
}
