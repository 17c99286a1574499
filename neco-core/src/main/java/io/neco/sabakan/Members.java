package io.neco.sabakan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members of a YAML mapping, of the kinds they must have.
 *
 * @param where where the mapping is, for messages
 * @param map the mapping
 */
record Members(String where, Map<?, ?> map) {

    /** Refuses members that are not in {@code known}. */
    void allow(Set<String> known) throws IgnitionException {
        for (Object key : map.keySet()) {
            if (!(key instanceof String name) || !known.contains(name)) {
                throw new IgnitionException("unknown key " + key + " in " + where + "; known are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /** A text, also where YAML takes it for a number; empty when it is missing or empty. */
    Optional<String> text(String name) throws IgnitionException {
        Object value = map.get(name);
        if (value == null || "".equals(value)) {
            return Optional.empty();
        }
        return Optional.of(asText(name, value));
    }

    /** A text that must be there. */
    String required(String name) throws IgnitionException {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            throw new IgnitionException(where + " has an entry without " + name);
        }
        return value.get();
    }

    /** Whether something is so; false when it is missing. */
    boolean flag(String name) throws IgnitionException {
        Object value = map.get(name);
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean isSo) {
            return isSo;
        }
        throw wrong(name, "true or false", value);
    }

    /** A whole number, octal if it begins with 0; empty when it is missing. */
    Optional<Integer> number(String name) throws IgnitionException {
        Object value = map.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Integer number) {
            return Optional.of(number);
        }
        throw wrong(name, "a whole number", value);
    }

    /** A list of texts; empty when it is missing. */
    List<String> texts(String name) throws IgnitionException {
        List<String> texts = new ArrayList<>();
        for (Object item : list(name)) {
            texts.add(asText(name, item));
        }
        return texts;
    }

    /** A list of mappings; empty when it is missing. */
    List<Members> entries(String name) throws IgnitionException {
        List<Members> entries = new ArrayList<>();
        for (Object item : list(name)) {
            if (!(item instanceof Map<?, ?> entry)) {
                throw wrong(name, "a list of mappings", item);
            }
            entries.add(new Members(where, entry));
        }
        return entries;
    }

    private List<?> list(String name) throws IgnitionException {
        Object value = map.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> items) {
            return items;
        }
        throw wrong(name, "a list", value);
    }

    private String asText(String name, @Nullable Object value) throws IgnitionException {
        if (value instanceof String || value instanceof Number) {
            return value.toString();
        }
        throw wrong(name, "text", value);
    }

    private IgnitionException wrong(String name, String expected, @Nullable Object value) {
        return new IgnitionException(name + " in " + where + " must be " + expected + ", but is " + value);
    }
}
