package io.neco.statesetter;

import java.util.Map;

/**
 * Which samples of a metric count; source: pkg/sabakan-state-setter/config.go at 1eec387.
 *
 * @param labels values that labels must have exactly
 * @param prefixes what the values of labels must start with
 */
record Selector(Map<String, String> labels, Map<String, String> prefixes) {
    /** Every sample. */
    static final Selector ALL = new Selector(Map.of(), Map.of());

    /** Copies the maps. */
    Selector {
        labels = Map.copyOf(labels);
        prefixes = Map.copyOf(prefixes);
    }

    /** Whether a sample with these labels counts: all conditions hold; a label that is missing fulfils none. */
    boolean matches(Map<String, String> sample) {
        return labels.entrySet().stream().allMatch(wanted -> wanted.getValue().equals(sample.get(wanted.getKey())))
                && prefixes.entrySet().stream().allMatch(wanted -> {
                    String value = sample.get(wanted.getKey());
                    return value != null && value.startsWith(wanted.getValue());
                });
    }
}
