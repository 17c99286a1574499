package io.neco.cli;

import java.util.List;
import java.util.Map;

/** Writes maps, lists, strings, numbers and booleans as JSON; a library would take longer to load than to write. */
final class PlainJson {
    private PlainJson() {}

    /** For {@link #write}: everything in one line. */
    static final int ONE_LINE = -1;

    /** @param depth how far what spans several lines is indented, or {@link #ONE_LINE} */
    static void write(StringBuilder out, Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            members(out, map, depth);
        } else if (value instanceof List<?> list) {
            items(out, list, depth);
        } else if (value instanceof String text) {
            string(out, text);
        } else {
            out.append(value);
        }
    }

    static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isEscaped(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void members(StringBuilder out, Map<?, ?> map, int depth) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        String separator = "{";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            begin(out.append(separator), deeper(depth));
            string(out, String.valueOf(member.getKey()));
            out.append(depth == ONE_LINE ? ":" : ": ");
            write(out, member.getValue(), deeper(depth));
            separator = ",";
        }
        begin(out, depth).append('}');
    }

    private static void items(StringBuilder out, List<?> list, int depth) {
        if (list.isEmpty() || !(list.get(0) instanceof Map<?, ?>)) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                out.append(i == 0 ? "" : ", ");
                write(out, list.get(i), depth);
            }
            out.append(']');
            return;
        }
        String separator = "[";
        for (Object item : list) {
            begin(out.append(separator), deeper(depth));
            write(out, item, deeper(depth));
            separator = ",";
        }
        begin(out, depth).append(']');
    }

    private static int deeper(int depth) {
        return depth == ONE_LINE ? ONE_LINE : depth + 1;
    }

    private static StringBuilder begin(StringBuilder out, int depth) {
        return depth == ONE_LINE ? out : out.append('\n').append("  ".repeat(depth));
    }

    /** Control characters, and what some readers take for the end of a line; halves of characters outside of 16 bits. */
    private static boolean isEscaped(char c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c);
    }
}
