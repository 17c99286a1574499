package io.neco.store;

import io.neco.http.HttpClients;
import io.neco.json.GoJson;
import io.neco.time.GoTime;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values of the schema and their bytes in etcd, byte for byte what the Go programs write; source: update.go and storage/ at 1eec387,
 * docs/etcd-schema.md. Reading is as lenient as Go: unknown members are ignored, absent or null ones are zero values, names match
 * regardless of case.
 */
final class ValueCodec {
    private static final int MAX_SHOWN = 200;

    private ValueCodec() {}

    static String encode(UpdateRequest request) {
        StringBuilder out = new StringBuilder("{\"version\":");
        GoJson.quote(out, request.version());
        out.append(",\"servers\":");
        if (request.servers().isEmpty()) {
            out.append("null");
        } else {
            char separator = '[';
            for (int lrn : request.servers()) {
                out.append(separator).append(lrn);
                separator = ',';
            }
            out.append(']');
        }
        return out.append(",\"stop\":")
                .append(request.stop())
                .append(",\"started_at\":\"")
                .append(GoTime.format(request.startedAt()))
                .append("\"}")
                .toString();
    }

    static String encode(UpdateStatus status) {
        if (status.condition() == UpdateCondition.UNKNOWN) {
            throw new IllegalArgumentException("an unknown condition is never written: " + status);
        }
        StringBuilder out = new StringBuilder("{\"version\":");
        GoJson.quote(out, status.version());
        out.append(",\"step\":").append(status.step());
        out.append(",\"cond\":").append(status.condition().code()).append(",\"message\":");
        GoJson.quote(out, status.message());
        return out.append('}').toString();
    }

    static String encode(ContentsUpdateStatus status) {
        StringBuilder out = new StringBuilder("{\"version\":");
        GoJson.quote(out, status.version());
        return out.append(",\"success\":").append(status.success()).append('}').toString();
    }

    /** The request's members and some more. */
    static String encode(UpdateNotice notice) {
        StringBuilder out = new StringBuilder(encode(notice.request()));
        out.setLength(out.length() - 1);
        out.append(",\"kind\":");
        GoJson.quote(out, notice.kind().text());
        out.append(",\"message\":");
        GoJson.quote(out, notice.message());
        return out.append(",\"told\":").append(notice.isTold()).append('}').toString();
    }

    static String encode(SortedMap<String, Double> weights) {
        StringBuilder out = new StringBuilder("{");
        weights.forEach((role, weight) -> {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException("the weight of " + role + " is not a number: " + weight);
            }
            if (out.length() > 1) {
                out.append(',');
            }
            GoJson.quote(out, role);
            out.append(':').append(number(weight));
        });
        return out.append('}').toString();
    }

    static UpdateRequest request(String key, byte[] value) {
        return decode(key, value, "an update request", ValueCodec::request);
    }

    private static UpdateRequest request(Fields fields) {
        return new UpdateRequest(
                fields.text("version"), fields.integers("servers"), fields.bool("stop"), fields.time("started_at"));
    }

    static UpdateNotice notice(String key, byte[] value) {
        return decode(
                key,
                value,
                "something to be told about an update",
                fields -> new UpdateNotice(
                        UpdateNotice.Kind.of(fields.text("kind")),
                        request(fields),
                        fields.text("message"),
                        fields.bool("told")));
    }

    static UpdateStatus status(String key, byte[] value) {
        return decode(
                key,
                value,
                "an update status",
                fields -> new UpdateStatus(
                        fields.text("version"),
                        fields.integer("step"),
                        UpdateCondition.fromCode(fields.integer("cond")),
                        fields.text("message")));
    }

    static ContentsUpdateStatus contents(String key, byte[] value) {
        return decode(
                key,
                value,
                "a contents record",
                fields -> new ContentsUpdateStatus(fields.text("version"), fields.bool("success")));
    }

    static SortedMap<String, Double> weights(String key, byte[] value) {
        return decode(key, value, "weights by role", Fields::numbers);
    }

    /** The logical rack number at the end of {@code key}. */
    static int lrn(String key, String prefix) {
        try {
            return integer(key.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            throw new MalformedValueException(
                    key, "etcd key " + key + " should end in a logical rack number: " + e.getMessage(), e);
        }
    }

    /** A number of nanoseconds in decimal. */
    static Duration nanoseconds(String key, byte[] value) {
        try {
            return Duration.ofNanos(Long.parseLong(new String(value, StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            throw malformed(key, value, "a decimal number of nanoseconds", e);
        }
    }

    /** The address of a proxy that our HTTP clients can use; blank: none. Its password is not shown. */
    static String proxy(String key, byte[] value) {
        String address = new String(value, StandardCharsets.UTF_8).strip();
        try {
            if (!address.isEmpty()) {
                HttpClients.requireProxy(address, "etcd key " + key);
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new MalformedValueException(key, String.valueOf(e.getMessage()), e);
        }
    }

    /** A token for GitHub; empty when it is blank. Nothing of it is shown. */
    static Optional<String> token(String key, byte[] value) {
        try {
            return HttpClients.token(new String(value, StandardCharsets.UTF_8), "etcd key " + key);
        } catch (IllegalArgumentException e) {
            throw new MalformedValueException(key, String.valueOf(e.getMessage()), e);
        }
    }

    /** A stage of setup in decimal. */
    static int stage(String key, byte[] value) {
        try {
            return integer(new String(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw malformed(key, value, "a stage of setup in decimal", e);
        }
    }

    private static <T> T decode(String key, byte[] value, String expected, Function<Fields, T> read) {
        try {
            Object json = GoJson.parse(value);
            if (json == null) {
                return read.apply(new Fields(List.of()));
            }
            if (json instanceof GoJson.Obj object) {
                return read.apply(new Fields(object.fields()));
            }
            throw new IllegalArgumentException("it is not a JSON object");
        } catch (IllegalArgumentException e) {
            throw malformed(key, value, expected, e);
        }
    }

    private static MalformedValueException malformed(
            String key, byte[] value, String expected, IllegalArgumentException cause) {
        String shown = new String(value, StandardCharsets.UTF_8);
        if (shown.length() > MAX_SHOWN) {
            shown = shown.substring(0, MAX_SHOWN) + "…";
        }
        return new MalformedValueException(
                key,
                "etcd key " + key + " should hold " + expected + " but holds `" + shown + "`: " + cause.getMessage(),
                cause);
    }

    /** Shortest form that reads back as the same number, with an exponent outside 1e-6 ≤ |x| < 1e21, as Go writes it. */
    private static String number(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        double abs = Math.abs(value);
        if (abs >= 1e-6 && abs < 1e21) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (value < 0 ? "-" : "")
                + mantissa
                + (exponent < 0 ? "e-" : "e+")
                + twoDigits(Math.abs(exponent), exponent < 0);
    }

    /** Go trims {@code e-09} to {@code e-9} but writes {@code e+21}. */
    private static String twoDigits(int exponent, boolean negative) {
        return exponent < 10 && !negative ? "0" + exponent : Integer.toString(exponent);
    }

    private static int integer(String text) {
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("\"" + text + "\" is not a whole number");
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " is out of range", e);
        }
    }

    /** The members of an object, looked up as Go does. */
    private record Fields(List<GoJson.Field> fields) {

        private @Nullable Object find(String name) {
            Object value = null;
            for (GoJson.Field field : fields) {
                if (field.name().equalsIgnoreCase(name) && field.value() != null) {
                    value = field.value();
                }
            }
            return value;
        }

        String text(String name) {
            Object value = find(name);
            if (value == null) {
                return "";
            }
            if (value instanceof String text) {
                return text;
            }
            throw wrongType(name, "text", value);
        }

        boolean bool(String name) {
            Object value = find(name);
            if (value == null) {
                return false;
            }
            if (value instanceof Boolean bool) {
                return bool;
            }
            throw wrongType(name, "true or false", value);
        }

        int integer(String name) {
            Object value = find(name);
            return value == null ? 0 : toInteger(name, value);
        }

        List<Integer> integers(String name) {
            Object value = find(name);
            List<Integer> numbers = new ArrayList<>();
            if (value == null) {
                return numbers;
            }
            if (value instanceof List<?> items) {
                for (Object item : items) {
                    numbers.add(item == null ? 0 : toInteger(name, item));
                }
                return numbers;
            }
            throw wrongType(name, "a list of numbers", value);
        }

        OffsetDateTime time(String name) {
            Object value = find(name);
            if (value == null) {
                return GoTime.ZERO;
            }
            if (value instanceof String text) {
                return GoTime.parse(text);
            }
            throw wrongType(name, "a time", value);
        }

        SortedMap<String, Double> numbers() {
            SortedMap<String, Double> numbers = new TreeMap<>();
            for (GoJson.Field field : fields) {
                if (field.value() == null) {
                    numbers.putIfAbsent(field.name(), 0.0);
                } else if (field.value() instanceof GoJson.Num number
                        && Double.isFinite(Double.parseDouble(number.text()))) {
                    numbers.put(field.name(), Double.parseDouble(number.text()));
                } else {
                    throw wrongType(field.name(), "a number", field.value());
                }
            }
            return numbers;
        }

        private static int toInteger(String name, Object value) {
            if (value instanceof GoJson.Num number) {
                try {
                    return Integer.parseInt(number.text());
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "member " + name + " should be a whole number but is " + number.text(), e);
                }
            }
            throw wrongType(name, "a whole number", value);
        }

        private static IllegalArgumentException wrongType(String name, String expected, Object value) {
            String kind = value instanceof GoJson.Num
                    ? "a number"
                    : value instanceof String
                            ? "text"
                            : value instanceof Boolean ? "a truth value" : "a list or an object";
            return new IllegalArgumentException("member " + name + " should be " + expected + " but is " + kind);
        }
    }
}
