package io.neco.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The lower end of a terminal, which is drawn over again and again. What is drawn fits into the terminal, or it could not be drawn over. */
final class TerminalArea {
    /** A character that is wider than it is counted must not begin another line. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String MORE = "…";

    private final PrintWriter out;
    private final Supplier<TerminalSize> size;
    private int drawn;

    TerminalArea(PrintWriter out, Supplier<TerminalSize> size) {
        this.out = out;
        this.size = size;
    }

    /** Whether nothing is there that can be drawn over. */
    boolean isEmpty() {
        return drawn == 0;
    }

    /**
     * Draws over what was drawn last.
     *
     * @param finished lines that are never drawn over, and so are shown in full
     * @param changing lines below them, cut to the terminal's size
     */
    void draw(List<String> finished, List<String> changing) {
        List<String> shown = fit(changing, size.get());
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\033[").append(drawn).append('A').append(CLEAR_BELOW);
        }
        finished.forEach(line -> text.append(plain(line)).append('\n'));
        if (!shown.isEmpty()) {
            text.append(NO_WRAP);
            shown.forEach(line -> text.append(line).append('\n'));
            text.append(WRAP);
        }
        drawn = shown.size();
        out.print(text);
        out.flush();
    }

    /** The cursor stands below the last line. If there are too many, the first ones and the last one tell most. */
    private static List<String> fit(List<String> lines, TerminalSize size) {
        int most = Math.max(1, size.rows() - 1);
        List<String> chosen = new ArrayList<>(lines);
        if (lines.size() > most) {
            chosen = new ArrayList<>(lines.subList(0, Math.max(0, most - 2)));
            if (most > 1) {
                chosen.add(MORE);
            }
            chosen.add(lines.get(lines.size() - 1));
        }
        chosen.replaceAll(line -> cut(plain(line), size.columns()));
        return chosen;
    }

    private static String cut(String line, int columns) {
        if (line.codePointCount(0, line.length()) <= columns) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, columns - 1)) + MORE;
    }

    /** Messages of others may hold what moves the cursor. */
    private static String plain(String line) {
        StringBuilder text = new StringBuilder(line);
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                text.setCharAt(i, ' ');
            }
        }
        return text.toString();
    }
}
