package io.neco.tools.menu;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.neco.tools.menu.Menu.Disks;
import io.neco.tools.menu.Menu.Exposed;
import io.neco.tools.menu.Menu.NodeSpec;
import io.neco.tools.menu.Menu.RackSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a menu: a YAML file of several documents. Source: menu/menu.go at 1eec387, which ignores unknown fields and takes the last of
 * two documents; here both are errors.
 */
final class MenuReader {
    private static final long HIGHEST_ASN = 4_294_967_295L;
    private static final int MOST_SPINES = 32;
    private static final int MOST_SERVERS = 1000;
    private static final List<String> ROLES = List.of("boot", "cs", "ss");
    private static final String[] SMP = {"cpus", "cores", "threads", "dies", "sockets"};

    private final Path file;
    private final Map<String, Fields> singles = new HashMap<>();
    private final Map<String, Fields> nodes = new TreeMap<>();
    private final List<Map<String, String>> images = new ArrayList<>();
    private final List<Map<String, String>> deviceClasses = new ArrayList<>();

    private MenuReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a menu and the files it names, which are relative to its directory.
     *
     * @throws IOException when a file cannot be read or is not YAML or JSON; the message names it
     * @throws IllegalArgumentException when the content is not as it must be; the message names file, document and field
     */
    static Menu read(Path file) throws IOException {
        return new MenuReader(file).read();
    }

    private Menu read() throws IOException {
        int number = 0;
        for (JsonNode document : documents()) {
            number++;
            if (!document.isNull()) {
                take(number, document);
            }
        }
        Fields network = single("Network").object("spec");
        Fields inventory = single("Inventory").object("spec");
        inventory.allowing("cluster-id", "spine", "rack");
        List<RackSize> racks = new ArrayList<>();
        for (Fields rack : inventory.objects("rack")) {
            rack.allowing("cs", "ss");
            racks.add(new RackSize(
                    rack.optionalNumber("cs", 0, MOST_SERVERS).orElse(0L).intValue(),
                    rack.optionalNumber("ss", 0, MOST_SERVERS).orElse(0L).intValue()));
        }
        if (racks.isEmpty()) {
            throw inventory.error("rack", "must be a list of at least one rack");
        }
        Map<String, NodeSpec> specs = new HashMap<>();
        for (Map.Entry<String, Fields> node : nodes.entrySet()) {
            specs.put(node.getKey(), nodeSpec(node.getValue()));
        }
        Menu menu = new Menu(
                network(network), (int) inventory.number("spine", 1, MOST_SPINES), racks, images, deviceClasses, specs);
        new MenuCheck(file, menu, network, inventory, nodes).run();
        return menu;
    }

    private List<JsonNode> documents() throws IOException {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try (var values = yaml.readerFor(JsonNode.class).<JsonNode>readValues(Files.readString(file))) {
            return values.readAll();
        } catch (NoSuchFileException e) {
            throw new IOException("the menu " + file + " does not exist", e);
        } catch (JacksonException e) {
            throw unreadable(file, "YAML", e);
        } catch (IOException e) {
            throw new IOException("cannot read the menu " + file + ": " + e.getMessage(), e);
        }
    }

    private static IOException unreadable(Path file, String format, JacksonException e) {
        String at = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
        return new IOException(file + " is not valid " + format + at + ": " + e.getOriginalMessage(), e);
    }

    private void take(int number, JsonNode document) {
        String kind = document.path("kind").asText("");
        String where = file + ": document " + number + (kind.isEmpty() ? "" : " (" + kind + ")");
        Fields fields = new Fields(where, "", document);
        switch (kind) {
            case "Network", "Inventory" -> {
                if (singles.put(kind, fields.allowing("kind", "spec")) != null) {
                    throw fields.error("", "is the second one of this kind; one is allowed");
                }
            }
            case "Node" -> {
                String type = fields.allowing("kind", "type", "spec").text("type");
                if (!ROLES.contains(type)) {
                    throw fields.error(
                            "type", "must be one of " + String.join(", ", ROLES) + ", but is \"" + type + "\"");
                }
                if (nodes.put(type, fields.object("spec")) != null) {
                    throw fields.error("type", "is " + type + " for the second time; one Node of each type is allowed");
                }
            }
            case "Image" -> images.add(image(fields));
            case "DeviceClass" -> deviceClasses.add(deviceClass(fields));
            case "" -> throw fields.error("kind", "is missing");
            default ->
                throw fields.error(
                        "kind", "is unknown: " + kind + "; known: DeviceClass, Image, Inventory, Network, Node");
        }
    }

    private Map<String, String> image(Fields fields) {
        fields.allowing("kind", "name", "url", "file", "compression");
        if (fields.has("url") == fields.has("file")) {
            throw fields.error("", "needs either url or file");
        }
        Map<String, String> image = named(fields, images);
        for (String name : new String[] {"url", "file", "compression"}) {
            fields.optionalText(name).ifPresent(value -> image.put(name, value));
        }
        String compression = image.getOrDefault("compression", "gzip");
        if (!compression.equals("gzip") && !compression.equals("bzip2")) {
            throw fields.error("compression", "must be gzip or bzip2, but is \"" + compression + "\"");
        }
        return image;
    }

    private Map<String, String> deviceClass(Fields fields) {
        fields.allowing("kind", "name", "path");
        Map<String, String> deviceClass = named(fields, deviceClasses);
        String path = fields.text("path");
        if (!path.startsWith("/")) {
            throw fields.error("path", "must be absolute, but is \"" + path + "\"");
        }
        deviceClass.put("path", path);
        return deviceClass;
    }

    private static Map<String, String> named(Fields fields, List<Map<String, String>> others) {
        String name = fields.text("name");
        if (others.stream().anyMatch(other -> name.equals(other.get("name")))) {
            throw fields.error("name", "is used twice: " + name);
        }
        return new TreeMap<>(Map.of("kind", fields.text("kind"), "name", name));
    }

    private Fields single(String kind) {
        Fields found = singles.get(kind);
        if (found == null) {
            throw new IllegalArgumentException(file + ": a document of kind " + kind + " is missing");
        }
        return found;
    }

    private Menu.Network network(Fields spec) throws IOException {
        spec.allowing(
                "ipam-config",
                "asn-base",
                "internet",
                "spine-tor",
                "core-spine",
                "core-external",
                "core-operation",
                "proxy",
                "ntp",
                "pod",
                "exposed");
        Fields exposed = spec.object("exposed").allowing("loadbalancer", "bastion", "ingress", "global");
        return new Menu.Network(
                ipam(spec),
                spec.number("asn-base", 4, HIGHEST_ASN),
                spec.network("internet", 30),
                spec.network("core-spine", 31),
                spec.network("core-external", 30),
                spec.network("core-operation", 30),
                spec.address("spine-tor"),
                spec.optionalAddress("proxy"),
                spec.network("ntp", 29),
                spec.network("pod", 32),
                new Exposed(
                        exposed.network("loadbalancer", 32),
                        exposed.network("bastion", 32),
                        exposed.network("ingress", 32),
                        exposed.network("global", 32)));
    }

    private Ipam ipam(Fields spec) throws IOException {
        Path path = beside(spec.text("ipam-config"));
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(Files.readString(path));
        } catch (JacksonException e) {
            throw unreadable(path, "JSON", e);
        } catch (IOException e) {
            throw spec.error("ipam-config", "cannot be read: " + path + ": " + reason(e));
        }
        return Ipam.of(new Fields(path.toString(), "", json));
    }

    private NodeSpec nodeSpec(Fields spec) {
        spec.allowing(
                "cpu",
                "smp",
                "memory",
                "numa",
                "disk-count",
                "disk-size",
                "disks",
                "image",
                "data",
                "uefi",
                "cloud-init-template",
                "tpm");
        if (spec.has("cpu") == spec.has("smp")) {
            throw spec.error("", "needs either cpu or smp");
        }
        if (spec.has("disk-count") && spec.has("disks")) {
            throw spec.error("", "has both disk-count and disks, which exclude each other");
        }
        Map<String, Long> smp = new TreeMap<>();
        spec.optionalObject("smp").ifPresent(fields -> {
            fields.allowing(SMP);
            fields.number("cpus", 1, 1024);
            for (String name : SMP) {
                fields.optionalNumber(name, 1, 1024).ifPresent(value -> smp.put(name, value));
            }
        });
        List<Disks> disks = new ArrayList<>();
        for (Fields disk : spec.objects("disks")) {
            disk.allowing("device-class", "count", "size");
            disks.add(new Disks(
                    disk.text("device-class"), (int) disk.number("count", 1, 100), disk.optionalSize("size")));
        }
        return new NodeSpec(
                spec.optionalNumber("cpu", 1, 1024).orElse(0L).intValue(),
                smp,
                spec.optionalSize("memory"),
                spec.optionalObject("numa")
                        .flatMap(numa -> numa.allowing("nodes").optionalNumber("nodes", 1, 64))
                        .orElse(0L)
                        .intValue(),
                spec.optionalNumber("disk-count", 0, 100).orElse(0L).intValue(),
                spec.optionalSize("disk-size"),
                disks,
                spec.optionalText("image"),
                spec.texts("data"),
                spec.flag("uefi"),
                spec.optionalText("cloud-init-template").map(name -> template(spec, name)),
                spec.flag("tpm"));
    }

    private SeedTemplate template(Fields spec, String name) {
        Path path = beside(name);
        try {
            return new SeedTemplate(path.toString(), Files.readString(path));
        } catch (IOException e) {
            throw spec.error("cloud-init-template", "cannot be read: " + path + ": " + reason(e));
        }
    }

    private Path beside(String name) {
        return file.resolveSibling(name);
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
    }
}
