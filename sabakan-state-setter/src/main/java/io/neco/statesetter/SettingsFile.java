package io.neco.statesetter;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.log.Logging;
import io.neco.time.GoDuration;
import io.neco.yaml.YamlDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration file, YAML or JSON; docs/sabakan-state-setter.md has all keys. Source:
 * pkg/sabakan-state-setter/config.go at 1eec387.
 */
final class SettingsFile {
    static final Duration DEFAULT_GRACE = Duration.ofHours(1);

    /**
     * What was read.
     *
     * @param warnings what is wrong with the file but does no harm: unknown keys, types that are there twice
     */
    record Read(Settings settings, List<String> warnings) {
        /** Copies the list. */
        Read {
            warnings = List.copyOf(warnings);
        }
    }

    private final String source;
    private final List<String> warnings = new ArrayList<>();

    private SettingsFile(String source) {
        this.source = source;
    }

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read, is not YAML, or has a value that is not allowed; the message names file, key, value and
     *     what is allowed
     */
    static Read load(Path file) throws IOException {
        if (file.toString().isEmpty()) {
            throw new IOException("no configuration file was given: use the flag -config-file");
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + " (flag -config-file): " + Logging.describe(e), e);
        }
        return parse(text, file.toString());
    }

    /** As {@link #load}, from a text; {@code source} is how messages name it. */
    static Read parse(String text, String source) throws IOException {
        JsonNode tree;
        try {
            tree = YamlDocument.read(text);
        } catch (IOException e) {
            throw new IOException(source + " is not valid YAML: " + e.getMessage(), e);
        }
        SettingsFile file = new SettingsFile(source);
        Settings settings = file.settings(tree);
        return new Read(settings, file.warnings);
    }

    private Settings settings(JsonNode tree) throws IOException {
        if (tree.isNull()) {
            throw new IOException(source + ": machine-types are not defined");
        }
        if (!tree.isObject()) {
            throw new IOException(source + " must be a mapping of keys to values");
        }
        known(tree, "", Set.of("shutdown-schedule", "machine-types"));
        Optional<CronSchedule> shutdown = schedule(tree.get("shutdown-schedule"));
        JsonNode list = tree.path("machine-types");
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw wrong("machine-types", list, "a list");
        }
        if (list.isEmpty()) {
            throw new IOException(source + ": machine-types are not defined");
        }
        Map<String, MachineType> types = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            MachineType type = type(list.get(i), "machine-types[" + i + "]");
            if (types.put(type.name(), type) != null) {
                warnings.add(source + ": machine type " + type.name() + " is there twice; the last one counts");
            }
        }
        return new Settings(shutdown, types);
    }

    private Optional<CronSchedule> schedule(@Nullable JsonNode node) throws IOException {
        if (node == null
                || node.isNull()
                || (node.isTextual() && node.textValue().isBlank())) {
            return Optional.empty();
        }
        String meaning = "five fields of cron such as \"0 11 * * *\", or @every 1h, @daily, @hourly, …";
        if (!node.isTextual()) {
            throw wrong("shutdown-schedule", node, meaning);
        }
        try {
            return Optional.of(CronSchedule.parse(node.textValue()));
        } catch (IllegalArgumentException e) {
            throw wrong("shutdown-schedule", node, meaning + " (" + e.getMessage() + ")");
        }
    }

    private MachineType type(JsonNode node, String place) throws IOException {
        object(node, place);
        known(node, place, Set.of("name", "grace-period", "metrics"));
        String name = name(node, place);
        List<MetricCheck> checks = new ArrayList<>();
        JsonNode metrics = node.path("metrics");
        if (!metrics.isMissingNode() && !metrics.isNull() && !metrics.isArray()) {
            throw wrong(place + ".metrics", metrics, "a list");
        }
        for (int i = 0; i < metrics.size(); i++) {
            checks.add(check(metrics.get(i), place + ".metrics[" + i + "]"));
        }
        return new MachineType(name, grace(node.get("grace-period"), place + ".grace-period"), checks);
    }

    private Duration grace(@Nullable JsonNode node, String place) throws IOException {
        Duration grace = Duration.ZERO;
        if (node != null && node.isNumber()) {
            grace = Duration.ofNanos(node.longValue());
        } else if (node != null && !node.isNull()) {
            try {
                grace = GoDuration.parse(node.isTextual() ? node.textValue() : node.toString());
            } catch (IllegalArgumentException e) {
                throw wrong(
                        place,
                        node,
                        "a duration such as 90s, 1h30m, or nanoseconds as a number (" + e.getMessage() + ")");
            }
        }
        if (grace.isNegative() && node != null) {
            throw wrong(place, node, "a duration of 0 or more");
        }
        return grace.isZero() ? DEFAULT_GRACE : grace;
    }

    private MetricCheck check(JsonNode node, String place) throws IOException {
        object(node, place);
        known(node, place, Set.of("name", "selector", "minimum-healthy-count"));
        Selector selector = Selector.ALL;
        JsonNode given = node.path("selector");
        if (!given.isMissingNode() && !given.isNull()) {
            object(given, place + ".selector");
            known(given, place + ".selector", Set.of("labels", "label-prefix"));
            selector = new Selector(
                    texts(given.path("labels"), place + ".selector.labels"),
                    texts(given.path("label-prefix"), place + ".selector.label-prefix"));
        }
        JsonNode minimum = node.path("minimum-healthy-count");
        OptionalInt count = OptionalInt.empty();
        if (!minimum.isMissingNode() && !minimum.isNull()) {
            if (!minimum.isInt() || minimum.intValue() < 0) {
                throw wrong(place + ".minimum-healthy-count", minimum, "a whole number of 0 or more");
            }
            count = OptionalInt.of(minimum.intValue());
        }
        return new MetricCheck(name(node, place), selector, count);
    }

    private Map<String, String> texts(JsonNode node, String place) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return texts;
        }
        object(node, place);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw wrong(place + "." + entry.getKey(), entry.getValue(), "a text; put it in quotes");
            }
            texts.put(entry.getKey(), entry.getValue().textValue());
        }
        return texts;
    }

    private String name(JsonNode node, String place) throws IOException {
        JsonNode name = node.path("name");
        if (name.isMissingNode() || name.isNull()) {
            throw new IOException(source + ": " + place + " has no name");
        }
        if (!name.isTextual() || name.textValue().isBlank()) {
            throw wrong(place + ".name", name, "a text");
        }
        return name.textValue();
    }

    private void object(JsonNode node, String place) throws IOException {
        if (!node.isObject()) {
            throw wrong(place, node, "a mapping of keys to values");
        }
    }

    private void known(JsonNode node, String place, Set<String> keys) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!keys.contains(entry.getKey())) {
                warnings.add(source + ": unknown key " + (place.isEmpty() ? "" : place + ".") + entry.getKey()
                        + " is ignored (known: "
                        + String.join(", ", keys.stream().sorted().toList()) + ")");
            }
        }
    }

    private IOException wrong(String place, JsonNode node, String meaning) {
        return new IOException(source + ": value " + node + " of " + place + " is not allowed; it must be " + meaning);
    }
}
