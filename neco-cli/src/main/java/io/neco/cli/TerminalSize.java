package io.neco.cli;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a terminal shows.
 *
 * @param rows lines
 * @param columns characters of a line
 */
record TerminalSize(int rows, int columns) {
    private static final TerminalSize USUAL = new TerminalSize(24, 80);
    private static final Pattern PAIR = Pattern.compile("(\\d{1,5}) (\\d{1,5})");

    /** That of this process' terminal; asked for anew from time to time, since people resize windows. */
    static Supplier<TerminalSize> of(Surroundings surroundings) {
        return new Asking(surroundings);
    }

    private static Optional<TerminalSize> parse(String text) {
        Matcher pair = PAIR.matcher(text.strip());
        if (!pair.matches()) {
            return Optional.empty();
        }
        TerminalSize size = new TerminalSize(Integer.parseInt(pair.group(1)), Integer.parseInt(pair.group(2)));
        // a serial line does not know: 0 0
        return size.rows > 0 && size.columns > 0 ? Optional.of(size) : Optional.empty();
    }

    private static final class Asking implements Supplier<TerminalSize> {
        private static final Duration DEADLINE = Duration.ofSeconds(1);
        private static final long VALID_NANOS = Duration.ofSeconds(2).toNanos();

        private final Surroundings surroundings;
        private Optional<TerminalSize> last = Optional.empty();
        private long askedAt;

        Asking(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public synchronized TerminalSize get() {
            if (last.isEmpty() || System.nanoTime() - askedAt > VALID_NANOS) {
                last = Optional.of(asked().or(this::fromEnvironment).orElse(USUAL));
                askedAt = System.nanoTime();
            }
            return last.get();
        }

        private Optional<TerminalSize> asked() {
            try {
                CommandResult result = surroundings
                        .commands()
                        .run(Command.of("stty", "-F", "/dev/tty", "size")
                                .silent()
                                .asking()
                                .within(DEADLINE));
                return result.isSuccess() ? parse(result.stdout()) : Optional.empty();
            } catch (IOException e) {
                // there is a next best answer
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return last;
            }
        }

        private Optional<TerminalSize> fromEnvironment() {
            return parse(surroundings.environment().getOrDefault("LINES", "") + " "
                    + surroundings.environment().getOrDefault("COLUMNS", ""));
        }
    }
}
