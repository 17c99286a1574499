package io.neco.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON exactly as Go's encoding/json writes and reads it, small enough to cost a command line tool no start-up time; source:
 * https://pkg.go.dev/encoding/json.
 *
 * <p>Values are {@link Obj}, {@link List}, {@link String}, {@link Num}, {@link Boolean} or null; what is written may have maps and Java's
 * whole numbers as well.
 */
public final class GoJson {
    private static final int MAX_DEPTH = 100;

    /** A number as written. */
    public record Num(String text) {}

    /** One member of an object. */
    public record Field(String name, @Nullable Object value) {}

    /** An object with its members in order, repeated ones included. */
    public record Obj(List<Field> fields) {
        /** An object without members, to be extended by {@link #with}. */
        public static Obj empty() {
            return new Obj(List.of());
        }

        /** The same with one more member at its end. */
        public Obj with(String name, @Nullable Object value) {
            List<Field> more = new ArrayList<>(fields);
            more.add(new Field(name, value));
            return new Obj(more);
        }
    }

    private final String text;
    private int pos;

    private GoJson(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException when the bytes are not exactly one JSON value
     */
    public static @Nullable Object parse(byte[] utf8) {
        GoJson json = new GoJson(new String(utf8, StandardCharsets.UTF_8));
        Object value = json.value(0);
        json.skipSpace();
        if (json.pos < json.text.length()) {
            throw json.unexpected("after the value");
        }
        return value;
    }

    /** Appends a string literal as Go writes it, HTML characters escaped. */
    public static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> escape(out, c);
                default -> {
                    if (c < 0x20) {
                        escape(out, c);
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < value.length()
                            && Character.isLowSurrogate(value.charAt(i + 1))) {
                        out.append(c).append(value.charAt(++i));
                    } else if (Character.isSurrogate(c)) {
                        out.append("\\ufffd");
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** A value as Go writes it: members of an object in their order, those of a map sorted by name, no blanks. */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        if (value instanceof Obj object) {
            writeMembers(out, object.fields());
        } else if (value instanceof Map<?, ?> map) {
            List<Field> fields = new ArrayList<>();
            map.forEach((name, member) -> fields.add(new Field(String.valueOf(name), member)));
            fields.sort(Comparator.comparing(Field::name, GoJson::compareBytes));
            writeMembers(out, fields);
        } else if (value instanceof Iterable<?> items) {
            char before = '[';
            for (Object item : items) {
                out.append(before);
                write(out, item);
                before = ',';
            }
            out.append(before == '[' ? "[]" : "]");
        } else if (value instanceof Num number) {
            out.append(number.text());
        } else if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            out.append(value);
        } else if (value instanceof String text) {
            quote(out, text);
        } else {
            throw new IllegalArgumentException(
                    "not a JSON value: " + value.getClass().getName());
        }
    }

    private static void writeMembers(StringBuilder out, List<Field> fields) {
        char before = '{';
        for (Field field : fields) {
            out.append(before);
            quote(out, field.name());
            out.append(':');
            write(out, field.value());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    /** Go compares the bytes of UTF-8. */
    private static int compareBytes(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static void escape(StringBuilder out, char c) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested too deeply");
        }
        skipSpace();
        if (pos >= text.length()) {
            throw new IllegalArgumentException("unexpected end of JSON input");
        }
        char c = text.charAt(pos);
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Obj object(int depth) {
        List<Field> fields = new ArrayList<>();
        pos++;
        skipSpace();
        if (accept('}')) {
            return new Obj(fields);
        }
        while (true) {
            skipSpace();
            if (pos >= text.length() || text.charAt(pos) != '"') {
                throw unexpected("looking for the beginning of an object key");
            }
            String name = string();
            skipSpace();
            if (!accept(':')) {
                throw unexpected("after an object key");
            }
            fields.add(new Field(name, value(depth + 1)));
            skipSpace();
            if (accept('}')) {
                return new Obj(fields);
            }
            if (!accept(',')) {
                throw unexpected("after an object member");
            }
        }
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> items = new ArrayList<>();
        pos++;
        skipSpace();
        if (accept(']')) {
            return items;
        }
        while (true) {
            items.add(value(depth + 1));
            skipSpace();
            if (accept(']')) {
                return items;
            }
            if (!accept(',')) {
                throw unexpected("after an array element");
            }
        }
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        pos++;
        while (true) {
            if (pos >= text.length()) {
                throw new IllegalArgumentException("unexpected end of JSON input");
            }
            char c = text.charAt(pos);
            if (c == '"') {
                pos++;
                return repaired(out);
            }
            if (c < 0x20) {
                throw unexpected("in a string literal");
            }
            pos++;
            out.append(c == '\\' ? unescaped() : c);
        }
    }

    private char unescaped() {
        if (pos >= text.length()) {
            throw new IllegalArgumentException("unexpected end of JSON input");
        }
        char c = text.charAt(pos++);
        switch (c) {
            case '"', '\\', '/' -> {
                return c;
            }
            case 'b' -> {
                return '\b';
            }
            case 'f' -> {
                return '\f';
            }
            case 'n' -> {
                return '\n';
            }
            case 'r' -> {
                return '\r';
            }
            case 't' -> {
                return '\t';
            }
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++, pos++) {
                    int digit = pos < text.length() ? Character.digit(text.charAt(pos), 16) : -1;
                    if (digit < 0) {
                        throw unexpected("in a \\u escape");
                    }
                    code = code * 16 + digit;
                }
                return (char) code;
            }
            default -> {
                pos--;
                throw unexpected("in a string escape");
            }
        }
    }

    /** Lone surrogates become the replacement character, as in Go. */
    private static String repaired(StringBuilder out) {
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < out.length() && Character.isLowSurrogate(out.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                out.setCharAt(i, '\ufffd');
            }
        }
        return out.toString();
    }

    private @Nullable Object literal(String word, @Nullable Object value) {
        if (!text.startsWith(word, pos)) {
            throw unexpected("looking for the beginning of a value");
        }
        pos += word.length();
        return value;
    }

    private Num number() {
        int start = pos;
        accept('-');
        if (!accept('0')) {
            digits();
        }
        if (accept('.')) {
            digits();
        }
        if (accept('e') || accept('E')) {
            if (!accept('+')) {
                accept('-');
            }
            digits();
        }
        return new Num(text.substring(start, pos));
    }

    private void digits() {
        int start = pos;
        while (pos < text.length() && text.charAt(pos) >= '0' && text.charAt(pos) <= '9') {
            pos++;
        }
        if (pos == start) {
            throw unexpected("looking for the beginning of a value");
        }
    }

    private boolean accept(char c) {
        if (pos < text.length() && text.charAt(pos) == c) {
            pos++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (pos < text.length() && " \t\r\n".indexOf(text.charAt(pos)) >= 0) {
            pos++;
        }
    }

    private IllegalArgumentException unexpected(String where) {
        return new IllegalArgumentException(
                pos >= text.length()
                        ? "unexpected end of JSON input"
                        : "invalid character '" + text.charAt(pos) + "' " + where + " at position " + pos);
    }
}
