package io.neco.contents;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One source file of an ignition template with the directories beside it that it takes its parts from.
 *
 * @param file the YAML file
 * @param source what it says
 */
record IgnitionSourceTree(Path file, JsonNode source) {
    /** The sources of a role, the included ones first. */
    static List<IgnitionSourceTree> ofRole(String role) {
        List<IgnitionSourceTree> chain = new ArrayList<>();
        Path at = SourceTree.ignitions().resolve("roles/" + role + "/site.yml");
        while (true) {
            IgnitionSourceTree tree = new IgnitionSourceTree(at, Manifest.document(SourceTree.read(at)));
            chain.add(0, tree);
            String include = tree.source.path("include").asText();
            if (include.isEmpty()) {
                return chain;
            }
            at = at.resolveSibling(include).normalize();
        }
    }

    /** Every source that any role is made of, once. */
    static List<IgnitionSourceTree> all() {
        return Stream.of("boot", "cs", "ss")
                .flatMap(role -> ofRole(role).stream())
                .distinct()
                .toList();
    }

    /** Paths of files on a node, as listed. */
    List<String> files() {
        List<String> paths = new ArrayList<>();
        source.path("files").forEach(path -> paths.add(path.asText()));
        return paths;
    }

    Path file(String path) {
        return file.resolveSibling("files" + path);
    }

    List<String> networkUnits() {
        List<String> names = new ArrayList<>();
        source.path("networkd").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Units that have a body. */
    List<Unit> units() {
        List<Unit> units = new ArrayList<>();
        source.path("systemd").forEach(unit -> {
            if (!unit.path("mask").asBoolean()) {
                String name = unit.path("name").asText();
                Path body = file.resolveSibling("systemd/" + name);
                units.add(new Unit(
                        name, unit.path("enabled").asBoolean(), Files.exists(body) ? SourceTree.read(body) : ""));
            }
        });
        return units;
    }

    List<String> masked() {
        List<String> names = new ArrayList<>();
        source.path("systemd").forEach(unit -> {
            if (unit.path("mask").asBoolean()) {
                names.add(unit.path("name").asText());
            }
        });
        return names;
    }

    /**
     * A unit of systemd.
     *
     * @param name with its suffix
     * @param enabled whether systemd starts it by itself
     * @param text its file
     */
    record Unit(String name, boolean enabled, String text) {
        /** Values of a key in a section, lines continued by a backslash joined, in order. */
        List<String> values(String section, String key) {
            List<String> values = new ArrayList<>();
            String in = "";
            for (String line : text.replaceAll("\\\\\n\\s*", "").split("\n", -1)) {
                if (line.startsWith("[")) {
                    in = line;
                } else if (in.equals("[" + section + "]") && line.startsWith(key + "=")) {
                    values.add(line.substring(key.length() + 1));
                }
            }
            return values;
        }

        /** Names of other units in the given keys of [Unit]. */
        List<String> names(String... keys) {
            List<String> names = new ArrayList<>();
            for (String key : keys) {
                values("Unit", key).forEach(value -> names.addAll(List.of(value.split(" +"))));
            }
            return names;
        }

        boolean hasSection(String section) {
            return text.lines().anyMatch(("[" + section + "]")::equals);
        }
    }
}
