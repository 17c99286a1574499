package io.neco.tools.menu;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.tools.net.Ipv4;
import io.neco.tools.net.Ipv4Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A mapping of a document, read field by field; whatever is wrong is told with file, document and field.
 *
 * @param where file and document, e.g. {@code menu.yml: document 2 (Inventory)}
 * @param path the mapping's place in the document, e.g. {@code spec.rack[0]}; empty for the document itself
 * @param node the mapping
 */
record Fields(String where, String path, JsonNode node) {
    private static final Pattern SIZE = Pattern.compile("[1-9]\\d*[KMGT]?");

    /** An error about a field, or about the mapping itself when {@code name} is empty. */
    IllegalArgumentException error(String name, String message) {
        String full = name.isEmpty() ? path : at(name);
        return new IllegalArgumentException(where + ": " + (full.isEmpty() ? "" : full + " ") + message);
    }

    /** Refuses fields that mean nothing, most likely misspelt ones. */
    Fields allowing(String... names) {
        Set<String> known = new TreeSet<>(List.of(names));
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw error(name, "is not known; known here: " + String.join(", ", known));
            }
        });
        return this;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    Fields object(String name) {
        return optionalObject(name).orElseThrow(() -> error(name, "is missing"));
    }

    Optional<Fields> optionalObject(String name) {
        return present(name).map(value -> mapping(at(name), value));
    }

    List<Fields> objects(String name) {
        List<Fields> all = new ArrayList<>();
        for (JsonNode item : items(name)) {
            all.add(mapping(at(name) + "[" + all.size() + "]", item));
        }
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode item : items(name)) {
            if (!item.isTextual() || item.textValue().isEmpty()) {
                throw error(name + "[" + all.size() + "]", "must be a text, but is " + item);
            }
            all.add(item.textValue());
        }
        return all;
    }

    String text(String name) {
        return optionalText(name).orElseThrow(() -> error(name, "is missing"));
    }

    Optional<String> optionalText(String name) {
        return present(name).map(value -> {
            if (!value.isTextual() || value.textValue().isEmpty()) {
                throw error(name, "must be a text, but is " + value);
            }
            return value.textValue();
        });
    }

    /** An amount of memory or disk as QEMU has it; a plain number is one as well. */
    Optional<String> optionalSize(String name) {
        return present(name).map(value -> {
            if (!SIZE.matcher(value.asText()).matches()) {
                throw error(name, "must be a size such as 30G, but is " + value);
            }
            return value.asText();
        });
    }

    long number(String name, long least, long most) {
        return optionalNumber(name, least, most).orElseThrow(() -> error(name, "is missing"));
    }

    Optional<Long> optionalNumber(String name, long least, long most) {
        return present(name).map(value -> {
            if (!value.isIntegralNumber()
                    || !value.canConvertToLong()
                    || value.longValue() < least
                    || value.longValue() > most) {
                throw error(name, "must be a whole number from " + least + " to " + most + ", but is " + value);
            }
            return value.longValue();
        });
    }

    boolean flag(String name) {
        return present(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw error(name, "must be true or false, but is " + value);
                    }
                    return value.booleanValue();
                })
                .orElse(false);
    }

    Ipv4 address(String name) {
        return read(name, text(name), Ipv4::parse);
    }

    Optional<Ipv4> optionalAddress(String name) {
        return optionalText(name).map(text -> read(name, text, Ipv4::parse));
    }

    /** A network that is not smaller than a prefix length says. */
    Ipv4Network network(String name, int longestPrefix) {
        Ipv4Network network = read(name, text(name), Ipv4Network::parse);
        if (network.prefix() > longestPrefix) {
            throw error(name, "is too small: " + network + ", but at least a /" + longestPrefix + " is needed");
        }
        return network;
    }

    private <T> T read(String name, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw error(name, String.valueOf(e.getMessage()));
        }
    }

    private Iterable<JsonNode> items(String name) {
        Optional<JsonNode> list = present(name);
        if (list.isPresent() && !list.get().isArray()) {
            throw error(name, "must be a list, but is " + list.get());
        }
        return list.<Iterable<JsonNode>>map(l -> l).orElse(List.of());
    }

    private Optional<JsonNode> present(String name) {
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }

    private Fields mapping(String at, JsonNode value) {
        if (!value.isObject()) {
            throw new IllegalArgumentException(where + ": " + at + " must have fields, but is " + value);
        }
        return new Fields(where, at, value);
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
