package io.neco.fleet;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Since when a node runs, as it tells the others by its serf tag {@code uptime}; source: setup-serf-tags, {@code uptime -s}.
 *
 * @param text the tag; empty text: it does not tell
 */
record Uptime(String text) {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    /** The kernel's two clocks differ a little, so the same start is told with another second at times. */
    private static final Duration JITTER = Duration.ofSeconds(5);

    /** Whether this tells of a start after {@code before}. */
    boolean isNewerThan(Uptime before) {
        if (text.isEmpty() || text.equals(before.text)) {
            return false;
        }
        Optional<LocalDateTime> mine = time();
        Optional<LocalDateTime> other = before.time();
        return mine.isEmpty()
                || other.isEmpty()
                || Duration.between(other.get(), mine.get()).abs().compareTo(JITTER) > 0;
    }

    private Optional<LocalDateTime> time() {
        try {
            return Optional.of(LocalDateTime.parse(text, FORM));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
