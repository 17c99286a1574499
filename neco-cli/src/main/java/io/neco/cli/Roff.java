package io.neco.cli;

import java.util.List;
import java.util.Locale;

/** Text of a manual page in the macros of man(7). Everything that goes in is plain text; what roff would read as its own is escaped. */
final class Roff {
    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param name the command, words joined by dashes
     * @param date of the page, e.g. {@code 2022-05-25}
     */
    Roff(String name, int section, String date, String source, String title) {
        line(".TH " + String.join(" ", escape(name.toUpperCase(Locale.ROOT)), Integer.toString(section)) + " \""
                + escape(date) + "\" \"" + escape(source) + "\" \"" + escape(title) + "\"");
    }

    Roff section(String heading) {
        return line(".SH " + escape(heading));
    }

    Roff paragraph() {
        return line(".PP");
    }

    /** Lines of running text; indented ones keep their form. */
    Roff text(List<String> lines) {
        boolean isTable = false;
        for (String plain : lines) {
            if (plain.startsWith(" ") != isTable) {
                isTable = !isTable;
                line(isTable ? ".PP\n.nf" : ".fi\n.PP");
            }
            text(plain);
        }
        return isTable ? line(".fi") : this;
    }

    /** A line of text; an empty one ends a paragraph. */
    Roff text(String plain) {
        return plain.isBlank() ? paragraph() : line(guarded(escape(plain)));
    }

    /** A line that begins in bold and goes on in italics. */
    Roff synopsis(String bold, String italic) {
        return line("\\fB" + escape(bold) + "\\fR" + (italic.isEmpty() ? "" : " \\fI" + escape(italic) + "\\fR"));
    }

    /** A term and what it means. */
    Roff term(String bold, String italic, List<String> meaning) {
        return line(".TP")
                .line("\\fB" + escape(bold) + "\\fR" + (italic.isEmpty() ? "" : "\\fI" + escape(italic) + "\\fR"))
                .text(meaning);
    }

    /** References to other pages. */
    Roff references(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            int open = name.indexOf('(');
            line(".BR " + escape(name.substring(0, open)) + " " + name.substring(open)
                    + (i < names.size() - 1 ? "," : ""));
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private Roff line(String roff) {
        text.append(roff).append('\n');
        return this;
    }

    private static String escape(String plain) {
        return plain.replace("\\", "\\e").replace("-", "\\-");
    }

    /** A dot or an apostrophe at the start would be taken for a request, a blank for a break. */
    private static String guarded(String line) {
        return line.startsWith(".") || line.startsWith("'") || line.startsWith(" ") ? "\\&" + line : line;
    }
}
