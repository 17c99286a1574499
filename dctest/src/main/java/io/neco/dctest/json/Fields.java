package io.neco.dctest.json;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lenient reading of a request's members, as Vault does it: numbers may come as text, lists as comma separated text,
 * durations as seconds or with units.
 */
public record Fields(Map<String, Object> values) {

    /** The text of a member, empty when absent or null. */
    public String text(String name) {
        Object value = values.get(name);
        return value == null ? "" : value.toString();
    }

    public boolean has(String name) {
        return values.get(name) != null;
    }

    /**
     * A switch.
     *
     * @param otherwise the value when the member is absent
     * @throws IllegalArgumentException if it is neither a boolean nor text that means one
     */
    public boolean flag(String name, boolean otherwise) {
        Object value = values.get(name);
        if (value == null || "".equals(value)) {
            return otherwise;
        }
        return switch (value.toString()) {
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default ->
                throw new IllegalArgumentException("error converting input " + value + " for field \"" + name + "\"");
        };
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException if the member is none
     */
    public long number(String name, long otherwise) {
        Object value = values.get(name);
        if (value == null || "".equals(value)) {
            return otherwise;
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        try {
            return Long.parseLong(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("error converting input " + value + " for field \"" + name + "\"", e);
        }
    }

    /** A list, or text with commas; blanks around items are dropped, and so are empty items. */
    public List<String> list(String name) {
        Object value = values.get(name);
        List<String> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add(String.valueOf(item)));
        } else if (value != null) {
            items.addAll(List.of(value.toString().split(",", -1)));
        }
        return items.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    /** An object, empty when absent. */
    @SuppressWarnings("unchecked")
    public Fields object(String name) {
        return values.get(name) instanceof Map<?, ?> map ? new Fields((Map<String, Object>) map) : new Fields(Map.of());
    }

    /**
     * A duration in seconds; empty when absent, null or empty text.
     *
     * @throws IllegalArgumentException if it cannot be understood
     */
    public Optional<Duration> duration(String name) {
        Object value = values.get(name);
        if (value == null || value.toString().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Durations.parse(value.toString()));
    }
}
