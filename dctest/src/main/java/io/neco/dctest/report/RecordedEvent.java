package io.neco.dctest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One change of a key in etcd, with the time a watch saw it.
 *
 * @param time seconds since the epoch, by the clock of the machine that all hosts share
 * @param key the key, with the prefix {@code /neco/}
 * @param value what was written; empty when the key was deleted
 * @param isDeletion whether the key was deleted
 */
public record RecordedEvent(double time, String key, String value, boolean isDeletion) {

    /**
     * Reads what {@code etcdctl watch -w json} printed, each line preceded by the time it was seen and a blank.
     *
     * @throws IOException when the file cannot be read, or a line is not of that form; the message names file and line
     */
    public static List<RecordedEvent> readAll(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<RecordedEvent> events = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            int blank = line.indexOf(' ');
            if (blank < 0) {
                throw new IOException(file + ":" + number + ": not \"TIME JSON\": " + line);
            }
            double time = Double.parseDouble(line.substring(0, blank));
            events.addAll(read(json, time, line.substring(blank + 1)));
        }
        return events;
    }

    /**
     * Reads one line of what {@code etcdctl watch -w json} prints: the changes of one or several keys.
     *
     * @param time when it was seen
     * @throws IOException when it is not JSON
     */
    public static List<RecordedEvent> read(ObjectMapper json, double time, String line) throws IOException {
        List<RecordedEvent> events = new ArrayList<>();
        for (JsonNode event : json.readTree(line).path("Events")) {
            JsonNode kv = event.path("kv");
            events.add(new RecordedEvent(
                    time,
                    text(kv.path("key")),
                    text(kv.path("value")),
                    event.path("type").asInt() == 1));
        }
        return events;
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText("")), StandardCharsets.UTF_8);
    }
}
