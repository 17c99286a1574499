package io.neco.dctest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a daemon's log in the plain form.
 *
 * @param time seconds since the epoch
 * @param host the host's name
 * @param message the message
 * @param fields the fields, without quotes
 */
public record LogLine(double time, String host, String message, Map<String, String> fields) {
    private static final Pattern HEAD = Pattern.compile("(\\S+Z) (\\S+) (\\S+) \\w+: \"((?:[^\"\\\\]|\\\\.)*)\"(.*)");
    private static final Pattern FIELD = Pattern.compile(" ([_a-z0-9]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S*))");

    /** Copies the map. */
    public LogLine {
        fields = Map.copyOf(fields);
    }

    /** The lines of a file that are log lines; others, e.g. of libraries, are left out. */
    public static List<LogLine> readAll(Path file) throws IOException {
        List<LogLine> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            parse(text).ifPresent(lines::add);
        }
        return lines;
    }

    /** Reads one line; empty when it is not a log line. */
    public static Optional<LogLine> parse(String text) {
        Matcher head = HEAD.matcher(text);
        if (!head.matches()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        Matcher field = FIELD.matcher(head.group(5));
        while (field.find()) {
            fields.put(field.group(1), field.group(2) != null ? field.group(2) : field.group(3));
        }
        try {
            Instant time = Instant.parse(head.group(1));
            return Optional.of(
                    new LogLine(time.getEpochSecond() + time.getNano() / 1e9, head.group(2), head.group(4), fields));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** A field's value; empty text when the line has no such field. */
    public String field(String name) {
        return fields.getOrDefault(name, "");
    }
}
