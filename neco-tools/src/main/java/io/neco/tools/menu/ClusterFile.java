package io.neco.tools.menu;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.neco.tools.menu.DataCentre.Rack;
import io.neco.tools.menu.DataCentre.Server;
import io.neco.tools.menu.DataCentre.Spine;
import io.neco.tools.menu.DataCentre.Tor;
import io.neco.tools.menu.DataCentre.TorLink;
import io.neco.tools.menu.Menu.Disks;
import io.neco.tools.menu.Menu.NodeSpec;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * placemat's description of the data centre, {@code cluster.yml}. Source: menu/cluster_yaml_generator.go at 1eec387 and placemat's
 * docs/resource.md.
 *
 * @param dataCentre the plan
 * @param sabakanDirectory absolute path of the directory that boot servers see as {@code /mnt}
 */
record ClusterFile(DataCentre dataCentre, String sabakanDirectory) {
    private static final String DEFAULT_DISK = "50G";
    private static final String BOOT_DISK = "30G";

    /** The file: networks, images, device classes, nodes and network namespaces, one document each. */
    String text() {
        List<Object> documents = new ArrayList<>(networks());
        documents.addAll(dataCentre.menu().images());
        documents.addAll(dataCentre.menu().deviceClasses());
        for (Rack rack : dataCentre.racks()) {
            for (Server server : rack.servers()) {
                documents.add(node(rack, server));
            }
        }
        documents.add(ntpServer());
        documents.addAll(namespaces());
        StringWriter text = new StringWriter();
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory()).enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
        try (SequenceWriter writer = yaml.writer().writeValues(text)) {
            writer.writeAll(documents);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return text.toString().stripTrailing() + "\n";
    }

    private List<Map<String, Object>> networks() {
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(network(
                "internet", "external", dataCentre.menu().network().internet().interfaceAt(1)));
        dataCentre.spines().forEach(spine -> all.add(internal("core-to-" + spine.shortName())));
        all.add(internal("core-to-ext"));
        all.add(internal("core-to-op"));
        if (dataCentre.menu().network().proxy().isPresent()) {
            all.add(internal("core-node0"));
        }
        all.add(internal("core-ntp"));
        all.add(network("bmc", "bmc", dataCentre.bmcHost()));
        for (Spine spine : dataCentre.spines()) {
            for (Rack rack : dataCentre.racks()) {
                rack.tors().forEach(tor -> all.add(internal(link(spine, rack, tor))));
            }
        }
        for (Rack rack : dataCentre.racks()) {
            rack.tors().forEach(tor -> all.add(internal(nodeNetwork(rack, tor))));
        }
        return all;
    }

    private static Map<String, Object> internal(String name) {
        return new TreeMap<>(Map.of("kind", "Network", "name", name, "type", "internal", "use-nat", false));
    }

    private static Map<String, Object> network(String name, String type, String address) {
        Map<String, Object> network = internal(name);
        network.putAll(Map.of("type", type, "address", address, "use-nat", type.equals("external")));
        return network;
    }

    private static String link(Spine spine, Rack rack, Tor tor) {
        return spine.shortName() + "-to-" + rack.shortName() + "-" + tor.number();
    }

    private static String nodeNetwork(Rack rack, Tor tor) {
        return rack.shortName() + "-node" + tor.number();
    }

    private Map<String, Object> node(Rack rack, Server server) {
        NodeSpec spec = Objects.requireNonNull(dataCentre.menu().nodes().get(server.role()), "the menu was checked");
        boolean isBoot = server.role().equals("boot");
        Map<String, Object> node = new TreeMap<>();
        node.put("kind", "Node");
        node.put("name", server.name());
        node.put(
                "interfaces",
                rack.tors().stream().map(tor -> nodeNetwork(rack, tor)).toList());
        if (spec.smp().isEmpty()) {
            node.put("cpu", spec.cpu());
        } else {
            node.put("smp", spec.smp());
        }
        spec.memory().ifPresent(memory -> node.put("memory", memory));
        node.put("numa", spec.numaNodes() == 0 ? Map.of() : Map.of("nodes", spec.numaNodes()));
        node.put("smbios", Map.of("serial", server.serial()));
        if (spec.isUefi()) {
            node.put("uefi", true);
        }
        if (spec.hasTpm()) {
            node.put("tpm", true);
        }
        if (!isBoot) {
            node.put("network-device-queue", 2 * spec.processors());
        }
        List<Map<String, Object>> volumes = isBoot ? bootVolumes(server, spec) : workerVolumes(spec);
        if (!volumes.isEmpty()) {
            node.put("volumes", volumes);
        }
        return node;
    }

    private List<Map<String, Object>> bootVolumes(Server server, NodeSpec spec) {
        List<Map<String, Object>> volumes = new ArrayList<>();
        if (spec.image().isPresent()) {
            volumes.add(rootImage(spec.image().get()));
            if (spec.seed().isPresent()) {
                volumes.add(Map.of(
                        "kind",
                        "localds",
                        "name",
                        "seed",
                        "user-data",
                        DataCentreFiles.seedName(server),
                        "network-config",
                        DataCentreFiles.NETWORK_CONFIG));
            }
        } else {
            volumes.add(Map.of("kind", "raw", "name", "root", "size", BOOT_DISK));
        }
        volumes.add(Map.of("kind", "hostPath", "name", "sabakan", "path", sabakanDirectory));
        return volumes;
    }

    private static Map<String, Object> rootImage(String image) {
        return Map.of("kind", "image", "name", "root", "image", image, "copy-on-write", true, "cache", "writeback");
    }

    private static List<Map<String, Object>> workerVolumes(NodeSpec spec) {
        List<Map<String, Object>> volumes = new ArrayList<>();
        String size = spec.diskSize().orElse(DEFAULT_DISK);
        for (int i = 1; i <= spec.diskCount(); i++) {
            volumes.add(disk("data" + i, size));
        }
        for (int i = 1; i <= spec.disks().size(); i++) {
            Disks disks = spec.disks().get(i - 1);
            for (int j = 1; j <= disks.count(); j++) {
                Map<String, Object> disk =
                        disk("data" + i + "-" + j, disks.size().orElse(size));
                disk.put("device-class", disks.deviceClass());
                volumes.add(disk);
            }
        }
        for (int i = 0; i < spec.data().size(); i++) {
            volumes.add(Map.of(
                    "kind", "image", "name", "extra" + i, "image", spec.data().get(i), "copy-on-write", true));
        }
        return volumes;
    }

    private static Map<String, Object> disk(String name, String size) {
        return new TreeMap<>(Map.of("kind", "raw", "name", name, "size", size, "cache", "none", "format", "raw"));
    }

    private static Map<String, Object> ntpServer() {
        return Map.of(
                "kind",
                "Node",
                "name",
                "chrony",
                "interfaces",
                List.of("core-ntp"),
                "cpu",
                2,
                "memory",
                "4G",
                "numa",
                Map.of(),
                "smbios",
                Map.of(),
                "ignition",
                "chrony.ign",
                "volumes",
                List.of(rootImage("flatcar")));
    }

    private List<Map<String, Object>> namespaces() {
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(core());
        for (Spine spine : dataCentre.spines()) {
            List<Object> interfaces = new ArrayList<>();
            interfaces.add(attached("core-to-" + spine.shortName(), spine.address() + "/31"));
            for (Rack rack : dataCentre.racks()) {
                for (Tor tor : rack.tors()) {
                    TorLink link = tor.links().get(spine.number() - 1);
                    interfaces.add(attached(link(spine, rack, tor), link.spineSide() + "/31"));
                }
            }
            all.add(namespace(spine.name(), interfaces, List.of(bird(spine.name())), List.of()));
        }
        for (Rack rack : dataCentre.racks()) {
            rack.tors().forEach(tor -> all.add(tor(rack, tor)));
        }
        Menu.Network network = dataCentre.menu().network();
        all.add(client("external", "core-to-ext", network.coreExternal().interfaceAt(2)));
        all.add(client("operation", "core-to-op", network.coreOperation().interfaceAt(2)));
        return all;
    }

    private Map<String, Object> core() {
        Menu.Network network = dataCentre.menu().network();
        List<Object> interfaces = new ArrayList<>();
        // setup-iptables knows the first two as eth0 and eth1
        interfaces.add(attached("internet", dataCentre.internetCore()));
        interfaces.add(attached("bmc", dataCentre.bmcCore()));
        interfaces.add(attached("core-to-ext", network.coreExternal().interfaceAt(1)));
        interfaces.add(attached("core-to-op", network.coreOperation().interfaceAt(1)));
        network.proxy().ifPresent(proxy -> interfaces.add(attached("core-node0", proxy.asHost())));
        interfaces.add(attached("core-ntp", dataCentre.ntpCore()));
        for (Spine spine : dataCentre.spines()) {
            interfaces.add(attached("core-to-" + spine.shortName(), spine.coreSide() + "/31"));
        }
        Map<String, Object> squid = Map.of("name", "squid", "command", List.of("/usr/sbin/squid", "-N"));
        return namespace("core", interfaces, List.of(bird("core"), squid), List.of("setup-iptables"));
    }

    private Map<String, Object> tor(Rack rack, Tor tor) {
        String name = rack.name() + "-tor" + tor.number();
        List<Object> interfaces = new ArrayList<>();
        tor.links().forEach(link -> interfaces.add(attached(link(link.spine(), rack, tor), link.torSide() + "/31")));
        // after the spines', so that its name follows from their number: bird_*.conf has it
        interfaces.add(attached(nodeNetwork(rack, tor), tor.network().interfaceAt(1)));
        List<String> relay = new ArrayList<>(List.of(
                "/usr/sbin/dnsmasq",
                "--keep-in-foreground",
                "--pid-file=/var/run/dnsmasq_" + name + ".pid",
                "--log-facility=-"));
        // the rack's own boot server hears requests by itself
        for (Rack other : dataCentre.racks()) {
            if (other.index() != rack.index()) {
                relay.add("--dhcp-relay");
                relay.add(tor.address() + "," + other.boot().node0());
            }
        }
        Map<String, Object> dnsmasq = Map.of("name", "dnsmasq", "command", relay);
        return namespace(name, interfaces, List.of(bird(name), dnsmasq), List.of());
    }

    private static Map<String, Object> client(String name, String network, String address) {
        return namespace(
                name, List.of(attached(network, address)), List.of(), List.of("setup-default-gateway-" + name));
    }

    private static Map<String, Object> bird(String name) {
        return Map.of(
                "name",
                "bird",
                "command",
                List.of(
                        "/usr/sbin/bird",
                        "-f",
                        "-c",
                        "/etc/bird/bird_" + name + ".conf",
                        "-s",
                        "/var/run/bird/bird_" + name + ".ctl"));
    }

    private static Map<String, Object> attached(String network, String address) {
        return Map.of("network", network, "addresses", List.of(address));
    }

    private static Map<String, Object> namespace(
            String name, List<Object> interfaces, List<Object> apps, List<String> scripts) {
        Map<String, Object> namespace = new TreeMap<>();
        namespace.put("kind", "NetworkNamespace");
        namespace.put("name", name);
        namespace.put("interfaces", interfaces);
        if (!apps.isEmpty()) {
            namespace.put("apps", apps);
        }
        if (!scripts.isEmpty()) {
            namespace.put("init-scripts", scripts);
        }
        return namespace;
    }
}
