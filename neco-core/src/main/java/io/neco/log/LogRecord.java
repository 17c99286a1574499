package io.neco.log;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one log line tells, independent of its form; source: docs/logging.md.
 *
 * @param time when it happened
 * @param host this machine's host name
 * @param topic the program
 * @param severity critical, error, warning, info or debug
 * @param message one event in words
 * @param fields its context, sorted by name; values may be null
 */
record LogRecord(
        Instant time,
        String host,
        String topic,
        String severity,
        String message,
        SortedMap<String, @Nullable Object> fields) {
    LogRecord {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }
}
