package io.neco.tools.menu;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** What placemat 2 accepts. Source: placemat's docs/resource.md and the checks of its v2/pkg/types/cluster.go. */
final class PlacematSchema {
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "Network", Set.of("kind", "name", "type", "use-nat", "address"),
            "Image", Set.of("kind", "name", "url", "file", "compression"),
            "DeviceClass", Set.of("kind", "name", "path"),
            "Node",
                    Set.of(
                            "kind",
                            "name",
                            "interfaces",
                            "volumes",
                            "ignition",
                            "cpu",
                            "smp",
                            "memory",
                            "numa",
                            "network-device-queue",
                            "uefi",
                            "tpm",
                            "smbios"),
            "NetworkNamespace", Set.of("kind", "name", "interfaces", "apps", "init-scripts"));
    private static final Map<String, List<String>> VOLUME_NEEDS = Map.of(
            "image",
            List.of("image"),
            "localds",
            List.of("user-data"),
            "raw",
            List.of("size"),
            "hostPath",
            List.of("path"));

    private final List<String> problems = new ArrayList<>();
    private final Set<String> networks = new HashSet<>();
    private final Set<String> images = new HashSet<>();
    private final Set<String> deviceClasses = new HashSet<>();

    private PlacematSchema() {}

    /** What placemat would refuse. */
    static List<String> problems(List<JsonNode> documents) {
        PlacematSchema schema = new PlacematSchema();
        Set<String> names = new HashSet<>();
        for (JsonNode document : documents) {
            String kind = document.path("kind").asText();
            String name = document.path("name").asText();
            schema.expect(!name.isEmpty() && names.add(kind + "/" + name), document, "needs a name of its own");
            switch (kind) {
                case "Network" -> schema.networks.add(name);
                case "Image" -> schema.images.add(name);
                case "DeviceClass" -> schema.deviceClasses.add(name);
                default -> {}
            }
        }
        documents.forEach(schema::check);
        return schema.problems;
    }

    private void check(JsonNode document) {
        Set<String> known = FIELDS.getOrDefault(document.path("kind").asText(), Set.of());
        document.fieldNames().forEachRemaining(f -> expect(known.contains(f), document, "has the unknown field " + f));
        switch (document.path("kind").asText()) {
            case "Network" -> network(document);
            case "Image" -> expect(document.has("url") != document.has("file"), document, "needs either url or file");
            case "DeviceClass" ->
                expect(document.path("path").asText().startsWith("/"), document, "needs an absolute path");
            case "Node" -> node(document);
            case "NetworkNamespace" -> namespace(document);
            default -> problems.add("unknown kind: " + document);
        }
    }

    private void network(JsonNode network) {
        String type = network.path("type").asText();
        expect(network.path("name").asText().length() <= 15, network, "has a name of more than 15 characters");
        expect(Set.of("internal", "external", "bmc").contains(type), network, "has an unknown type");
        expect(
                network.has("address") != type.equals("internal"),
                network,
                "has an address if and only if not internal");
        expect(!network.path("use-nat").asBoolean() || type.equals("external"), network, "has NAT only if external");
        expect(network.path("use-nat").isBoolean(), network, "says whether it uses NAT");
    }

    private void node(JsonNode node) {
        expect(node.has("cpu") != node.has("smp"), node, "has either cpu or smp");
        each(node, "interfaces").forEach(i -> expect(networks.contains(i.asText()), node, "knows its network " + i));
        for (JsonNode volume : each(node, "volumes")) {
            expect(!volume.path("name").asText().isEmpty(), volume, "has a name");
            String kind = volume.path("kind").asText();
            expect(VOLUME_NEEDS.containsKey(kind), volume, "is of a known kind");
            for (String need : VOLUME_NEEDS.getOrDefault(kind, List.of())) {
                expect(volume.path(need).isTextual(), volume, "has " + need);
            }
            expect(
                    Set.of("writeback", "none", "writethrough", "directsync", "unsafe")
                            .contains(volume.path("cache").asText("none")),
                    volume,
                    "has a known cache");
            expect(Set.of("qcow2", "raw").contains(volume.path("format").asText("raw")), volume, "has a known format");
            expect(!volume.has("image") || images.contains(volume.path("image").asText()), volume, "knows its image");
            expect(
                    !volume.has("device-class")
                            || deviceClasses.contains(
                                    volume.path("device-class").asText()),
                    volume,
                    "knows its class");
            expect(
                    !kind.equals("hostPath") || volume.path("path").asText().startsWith("/"),
                    volume,
                    "has an absolute path");
        }
    }

    private void namespace(JsonNode namespace) {
        expect(!namespace.path("interfaces").isEmpty(), namespace, "has an interface");
        for (JsonNode attached : each(namespace, "interfaces")) {
            expect(networks.contains(attached.path("network").asText()), namespace, "knows its network " + attached);
            each(attached, "addresses")
                    .forEach(a ->
                            expect(a.asText().matches("[0-9.]+/\\d+"), namespace, "has an address with prefix: " + a));
        }
        for (JsonNode app : each(namespace, "apps")) {
            expect(app.path("command").path(0).asText().startsWith("/"), app, "has a command");
        }
    }

    private static List<JsonNode> each(JsonNode node, String field) {
        return StreamSupport.stream(node.path(field).spliterator(), false).toList();
    }

    private void expect(boolean holds, JsonNode about, String rule) {
        if (!holds) {
            problems.add("not so: " + about + " " + rule);
        }
    }
}
