package io.neco.dctest.chaos;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * How a cell ended.
 *
 * @param cell the cell
 * @param at when it ended
 * @param hit where and at which step the fault took effect
 * @param end how the update ended
 * @param seconds from the request until nobody had anything left to do, a cure included
 * @param remarks reasons, what was lost, what is not back; empty if there is nothing to say
 */
public record CellResult(Cell cell, Instant at, String hit, End end, long seconds, String remarks) {
    private static final int COLUMNS = 6;

    /** Ends of an update. */
    public enum End {
        /** Nobody had to do anything. */
        COMPLETED("completed by itself"),
        /** It was stopped with a reason, and {@code neco recover} was enough. */
        RECOVERED("aborted, cured by `neco recover`"),
        /** It was stopped with a reason, and {@code neco retry} was enough. */
        RETRIED("aborted, cured by `neco retry`"),
        /** Nothing changed any more, or the cure was none. */
        STUCK("did not end"),
        /** The fault could not be brought about, or something was lost. */
        FAILED("failed");

        private final String words;

        End(String words) {
            this.words = words;
        }

        /** In words. */
        public String words() {
            return words;
        }
    }

    /** Cuts the time to seconds, and makes remarks fit into a table. */
    public CellResult {
        at = at.truncatedTo(ChronoUnit.SECONDS);
        remarks = remarks.replace("|", "/").replaceAll("\\s+", " ").strip();
    }

    /** Whether the end is one that an operator can live with: by itself, or with a full disk after the named cure. */
    public boolean isGood() {
        return end == End.COMPLETED
                || (cell.fault() == Fault.DISK && (end == End.RECOVERED || end == End.RETRIED) && !remarks.isEmpty());
    }

    /** The result as a row of the table. */
    public String row() {
        return "| "
                + String.join(" | ", List.of(cell.toString(), at.toString(), hit, end.words(), seconds + " s", remarks))
                + " |";
    }

    /** Reads a row; empty if the line is none. */
    static Optional<CellResult> ofRow(String line) {
        String[] parts = line.split("\\|", -1);
        if (parts.length != COLUMNS + 2 || !parts[1].strip().matches("\\d+/\\w+")) {
            return Optional.empty();
        }
        for (End end : End.values()) {
            if (end.words().equals(parts[4].strip())) {
                return Optional.of(new CellResult(
                        Cell.of(parts[1].strip()),
                        Instant.parse(parts[2].strip()),
                        parts[3].strip(),
                        end,
                        Long.parseLong(parts[5].strip().replace(" s", "")),
                        parts[6].strip()));
            }
        }
        return Optional.empty();
    }
}
