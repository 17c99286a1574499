package io.neco.log;

import io.neco.time.GoDuration;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The forms a log line can have; source: the cybozu-go/log library's formatters, docs/logging.md. */
public enum LogFormat {
    /** {@code TIME HOST TOPIC SEVERITY: "MESSAGE" key=value …}; the default. */
    PLAIN("plain") {
        @Override
        void append(StringBuilder out, LogRecord r) {
            out.append(GoText.time(r.time())).append(' ').append(r.host()).append(' ');
            out.append(r.topic()).append(' ').append(r.severity()).append(": ");
            GoText.quote(out, r.message());
            r.fields().forEach((key, value) -> {
                out.append(' ').append(key).append('=');
                appendValue(out, value);
            });
        }
    },
    /** {@code topic=… logged_at=… severity=… utsname=… message="…" key=value …}. */
    LOGFMT("logfmt") {
        @Override
        void append(StringBuilder out, LogRecord r) {
            out.append("topic=").append(r.topic());
            out.append(" logged_at=").append(GoText.time(r.time()));
            out.append(" severity=").append(r.severity());
            out.append(" utsname=").append(r.host()).append(" message=");
            GoText.quote(out, r.message());
            r.fields().forEach((key, value) -> {
                out.append(' ').append(key).append('=');
                appendValue(out, value);
            });
        }
    },
    /** One JSON object a line, with the keys of {@link #LOGFMT} in the same order. */
    JSON("json") {
        @Override
        void append(StringBuilder out, LogRecord r) {
            out.append("{\"topic\":");
            GoText.json(out, r.topic());
            out.append(",\"logged_at\":");
            GoText.json(out, GoText.time(r.time()));
            out.append(",\"severity\":");
            GoText.json(out, r.severity());
            out.append(",\"utsname\":");
            GoText.json(out, r.host());
            out.append(",\"message\":");
            GoText.json(out, r.message());
            r.fields().forEach((key, value) -> {
                out.append(',');
                GoText.json(out, key);
                out.append(':');
                appendJson(out, value);
            });
            out.append('}');
        }
    };

    private final String flag;

    LogFormat(String flag) {
        this.flag = flag;
    }

    /**
     * The format a flag names; empty text means {@link #PLAIN}.
     *
     * @throws IllegalArgumentException {@code invalid format: X}
     */
    public static LogFormat of(String flag) {
        if (flag.isEmpty()) {
            return PLAIN;
        }
        return Arrays.stream(values())
                .filter(f -> f.flag.equals(flag))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("invalid format: " + flag));
    }

    /** Appends the line, without a line end. */
    abstract void append(StringBuilder out, LogRecord r);

    private static void appendValue(StringBuilder out, @Nullable Object value) {
        Object v = unwrapped(value);
        if (v == null) {
            out.append("null");
        } else if (v instanceof Number number) {
            out.append(GoText.number(number));
        } else if (v instanceof Boolean) {
            out.append(v);
        } else if (GoText.asInstant(v).isPresent()) {
            out.append(GoText.time(GoText.asInstant(v).get()));
        } else {
            GoText.quote(out, goDefault(v));
        }
    }

    /** Go's default formatting: lists {@code [a b]}, maps {@code map[k:v]}, durations {@code 1h0m0s}. */
    private static String goDefault(@Nullable Object value) {
        Object v = unwrapped(value);
        if (v == null) {
            return "<nil>";
        }
        if (v instanceof Collection<?> list) {
            return "["
                    + String.join(" ", list.stream().map(LogFormat::goDefault).toList()) + "]";
        }
        if (v instanceof Map<?, ?> map) {
            TreeMap<String, String> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(goDefault(key), goDefault(item)));
            return "map["
                    + String.join(
                            " ",
                            sorted.entrySet().stream()
                                    .map(e -> e.getKey() + ":" + e.getValue())
                                    .toList())
                    + "]";
        }
        if (v instanceof Number number) {
            return GoText.number(number);
        }
        return v.toString();
    }

    private static void appendJson(StringBuilder out, @Nullable Object value) {
        Object v = unwrapped(value);
        if (v == null) {
            out.append("null");
        } else if (v instanceof Number number) {
            String text = GoText.number(number);
            if (text.equals("NaN") || text.endsWith("Inf")) {
                GoText.json(out, text);
            } else {
                out.append(text);
            }
        } else if (v instanceof Boolean) {
            out.append(v);
        } else if (GoText.asInstant(v).isPresent()) {
            GoText.json(out, GoText.time(GoText.asInstant(v).get()));
        } else if (v instanceof Collection<?> list) {
            out.append('[');
            for (Iterator<?> it = list.iterator(); it.hasNext(); ) {
                appendJson(out, it.next());
                out.append(it.hasNext() ? "," : "");
            }
            out.append(']');
        } else {
            GoText.json(out, goDefault(v));
        }
    }

    /** Texts for what has one, lists for arrays, the content of an Optional. */
    private static @Nullable Object unwrapped(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return unwrapped(optional.orElse(null));
        }
        if (value instanceof Throwable error) {
            return Logging.describe(error);
        }
        if (value instanceof Duration duration) {
            return GoDuration.format(duration);
        }
        return value instanceof Object[] array ? List.of(array) : value;
    }
}
