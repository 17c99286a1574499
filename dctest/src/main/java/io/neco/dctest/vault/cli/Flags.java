package io.neco.dctest.vault.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Flags as Go's flag package takes them: {@code -name=value}, {@code -name value}, {@code -switch}, one or two dashes,
 * all before the first argument.
 */
final class Flags {
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();

    private Flags() {}

    /**
     * @param switches names of flags that need no value
     * @param valued names of flags that need one
     */
    static Flags parse(List<String> words, Set<String> switches, Set<String> valued) throws UsageException {
        Flags flags = new Flags();
        int i = 0;
        while (i < words.size() && words.get(i).startsWith("-") && words.get(i).length() > 1) {
            String word = words.get(i++);
            if (word.equals("--")) {
                break;
            }
            String body = word.replaceFirst("^--?", "");
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            if (switches.contains(name)) {
                flags.add(name, equals < 0 ? "true" : body.substring(equals + 1));
            } else if (!valued.contains(name)) {
                throw new UsageException("flag -" + name + " is not known to this stand-in for Vault");
            } else if (equals >= 0) {
                flags.add(name, body.substring(equals + 1));
            } else if (i < words.size()) {
                flags.add(name, words.get(i++));
            } else {
                throw new UsageException("flag -" + name + " needs a value");
            }
        }
        flags.arguments.addAll(words.subList(i, words.size()));
        return flags;
    }

    private void add(String name, String value) {
        values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    Optional<String> value(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    List<String> values(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean isSet(String name) {
        return value(name).map(v -> v.equals("true") || v.equals("1")).orElse(false);
    }

    List<String> arguments() {
        return arguments;
    }

    /** The only argument. */
    String argument(String what) throws UsageException {
        if (arguments.size() != 1) {
            throw new UsageException("expected exactly one argument: " + what);
        }
        return arguments.get(0);
    }
}
