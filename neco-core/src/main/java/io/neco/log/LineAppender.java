package io.neco.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Writes each event as one line in one write, so that lines of several threads and processes do not mix. */
final class LineAppender extends AppenderBase<ILoggingEvent> {
    /** The program ends with this status when nobody reads its log any more; systemd then starts it anew. */
    static final int BROKEN_PIPE = 5;

    private static final Pattern VALID_NAME = Pattern.compile("[_a-z][a-z0-9_]*");
    private static final Set<String> RESERVED = Set.of("topic", "logged_at", "severity", "utsname", "message");
    private static final String ERROR_FIELD = "error";
    private static final String STACK_FIELD = "stack";

    private final String topic;
    private final String host;
    private final LogFormat format;
    private final OutputStream out;
    private final boolean isDebug;

    LineAppender(String topic, String host, LogFormat format, OutputStream out, boolean isDebug) {
        this.topic = topic;
        this.host = host;
        this.format = format;
        this.out = out;
        this.isDebug = isDebug;
    }

    @Override
    protected void append(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(200);
        format.append(line, record(event));
        byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
                Runtime.getRuntime().halt(BROKEN_PIPE);
            }
            addError("cannot write a log line", e);
        }
    }

    @Override
    public void stop() {
        super.stop();
        if (out instanceof LogFile file) {
            try {
                file.close();
            } catch (IOException e) {
                addError("cannot close the log file", e);
            }
        }
    }

    private LogRecord record(ILoggingEvent event) {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                fields.put(safeName(pair.key), pair.value);
            }
        }
        if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
            Throwable error = proxy.getThrowable();
            fields.putIfAbsent(ERROR_FIELD, Logging.describe(error));
            if (isDebug || isBug(error)) {
                fields.putIfAbsent(STACK_FIELD, stack(error));
            }
        }
        return new LogRecord(
                event.getInstant(), host, topic, severity(event.getLevel()), event.getFormattedMessage(), fields);
    }

    /** A name the formats allow: the reference drops a record with any other name, here none is lost. */
    static String safeName(String name) {
        String safe = name;
        if (!VALID_NAME.matcher(safe).matches()) {
            safe = safe.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9_]", "_");
            if (safe.isEmpty() || Character.isDigit(safe.charAt(0))) {
                safe = "_" + safe;
            }
        }
        return RESERVED.contains(safe) ? safe + "_" : safe;
    }

    /** A stack helps with a mistake in the program; an expected failure tells everything in its message. */
    private static boolean isBug(Throwable error) {
        return error instanceof Error
                || (error instanceof RuntimeException
                        && error.getClass().getName().startsWith("java.lang."));
    }

    private static String stack(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "error";
            case Level.WARN_INT -> "warning";
            case Level.INFO_INT -> "info";
            default -> "debug";
        };
    }
}
