package io.neco.tools.menu;

import io.neco.host.FileMode;
import io.neco.tools.JsonText;
import io.neco.tools.menu.DataCentre.Rack;
import io.neco.tools.menu.DataCentre.Server;
import io.neco.tools.menu.DataCentre.Spine;
import io.neco.tools.menu.DataCentre.Tor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All files of a virtual data centre but {@code cluster.yml}. Source: menu/cluster_conf_generator.go at 1eec387.
 *
 * @param dataCentre the plan
 * @param chronyImage full name of the NTP server's image
 * @param authorizedKey the SSH key that operators log in with; empty: seeds must not ask for one, and nobody can log in to the NTP
 *     server
 */
record DataCentreFiles(DataCentre dataCentre, String chronyImage, Optional<String> authorizedKey) {
    /** Tells cloud-init to leave the network alone; the installer's setup makes it. */
    static final String NETWORK_CONFIG = "network.yml";

    private static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    /**
     * A file.
     *
     * @param name path below the output directory
     * @param text content
     * @param mode permissions
     */
    record OutputFile(String name, String text, FileMode mode) {
        static OutputFile of(String name, String text) {
            return new OutputFile(name, text, FileMode.WORLD_READABLE);
        }
    }

    /** The name of a server's cloud-init file. */
    static String seedName(Server server) {
        return "seed_" + server.name() + ".yml";
    }

    /**
     * The files, all rendered.
     *
     * @throws IllegalArgumentException when a cloud-init template cannot be filled in; the message names file and line
     */
    List<OutputFile> all() {
        List<OutputFile> files = new ArrayList<>();
        BirdFiles bird = new BirdFiles(dataCentre);
        files.add(OutputFile.of("bird_core.conf", bird.core()));
        for (Spine spine : dataCentre.spines()) {
            files.add(OutputFile.of("bird_" + spine.name() + ".conf", bird.spine(spine)));
        }
        for (Rack rack : dataCentre.racks()) {
            for (Tor tor : rack.tors()) {
                files.add(OutputFile.of("bird_" + rack.name() + "-tor" + tor.number() + ".conf", bird.tor(rack, tor)));
            }
        }
        files.add(OutputFile.of("machines.yml", machines()));
        files.add(OutputFile.of(NETWORK_CONFIG, "version: 2\nethernets: {}\n"));
        files.addAll(seeds());
        files.add(OutputFile.of(
                "chrony-ign.yml", new NtpServer(dataCentre, chronyImage, authorizedKey).containerLinuxConfig()));
        files.add(OutputFile.of("squid.conf", squid()));
        files.add(script("setup-iptables", """
                # eth0 leads to the Internet, eth1 to the BMCs
                iptables -t nat -A POSTROUTING -o eth0 -s %s -j MASQUERADE
                # the NTP server asks servers outside
                iptables -t nat -A POSTROUTING -o eth0 -s %s -j MASQUERADE
                iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE
                """.formatted(
                        dataCentre.menu().network().exposed().global(),
                        dataCentre.menu().network().ntp())));
        files.add(script(
                "setup-default-gateway-operation",
                "ip route add default via "
                        + dataCentre.menu().network().coreOperation().at(1) + "\n"));
        files.add(script(
                "setup-default-gateway-external",
                "ip route add default via "
                        + dataCentre.menu().network().coreExternal().at(1) + "\n"));
        files.add(OutputFile.of("sabakan/machines.json", sabakanMachines()));
        return files;
    }

    private static OutputFile script(String name, String commands) {
        return new OutputFile(name, "#!/bin/sh\nset -e\n" + commands, FileMode.EXECUTABLE);
    }

    private String machines() {
        StringBuilder text = new StringBuilder("racks:\n");
        for (Rack rack : dataCentre.racks()) {
            text.append("- name: ").append(rack.name());
            text.append("\n  workers:\n    cs: ").append(rack.cs().size());
            text.append("\n    ss: ").append(rack.ss().size());
            text.append("\n  boot:\n    bastion: ")
                    .append(rack.bastion().asHost())
                    .append('\n');
        }
        return text.toString();
    }

    private List<OutputFile> seeds() {
        List<OutputFile> seeds = new ArrayList<>();
        for (Rack rack : dataCentre.racks()) {
            for (Server server : rack.servers()) {
                Menu.NodeSpec spec = dataCentre.menu().nodes().get(server.role());
                if (spec != null && spec.seed().isPresent()) {
                    seeds.add(OutputFile.of(seedName(server), spec.seed().get().fill(values(rack, server))));
                }
            }
        }
        return seeds;
    }

    private Map<String, String> values(Rack rack, Server server) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("Name", server.name());
        values.put("Rack.Name", rack.name());
        values.put("Rack.Index", Integer.toString(rack.index()));
        values.put("Rack.ASN", Long.toString(rack.asn()));
        values.put("Rack.BootNode.Name", rack.boot().name());
        values.put("Rack.BootNode.BastionAddress", rack.bastion().asHost());
        values.put("Rack.BootNode.Node1Address", rack.boot().node1().toString());
        values.put("Rack.BootNode.Node2Address", rack.boot().node2().toString());
        dataCentre.menu().network().proxy().ifPresent(proxy -> values.put("Proxy", proxy.toString()));
        authorizedKey.ifPresent(key -> values.put("AuthorizedKey", key));
        return values;
    }

    /** Open to everybody: only the virtual data centre reaches it. */
    private static String squid() {
        return """
                http_port 3128
                http_access allow manager localhost
                http_access deny manager
                http_access allow all

                access_log stdio:/var/log/squid/access.log
                coredump_dir /var/spool/squid
                pid_filename none

                cache_mem 200 MB
                maximum_object_size 100 MB
                maximum_object_size_in_memory 100 MB

                detect_broken_pconn on
                forwarded_for delete
                httpd_suppress_version_string on
                """;
    }

    /** All machines for {@code sabactl machines create}, with every field of sabakan's machine specification. */
    private String sabakanMachines() {
        List<Map<String, Object>> machines = new ArrayList<>();
        for (Rack rack : dataCentre.racks()) {
            for (Server server : rack.servers()) {
                Map<String, Object> labels = new LinkedHashMap<>();
                labels.put("datacenter", "dc1");
                labels.put("machine-type", "qemu");
                labels.put("product", "vm");
                Map<String, Object> bmc = new LinkedHashMap<>();
                bmc.put("ipv4", "");
                bmc.put("ipv6", "");
                bmc.put("type", "IPMI-2.0");
                Map<String, Object> machine = new LinkedHashMap<>();
                machine.put("serial", server.serial());
                machine.put("labels", labels);
                machine.put("rack", rack.index());
                machine.put("index-in-rack", 0);
                machine.put("role", server.role());
                // sabakan assigns addresses and dates
                machine.put("ipv4", null);
                machine.put("ipv6", null);
                machine.put("register-date", ZERO_TIME);
                machine.put("retire-date", ZERO_TIME);
                machine.put("bmc", bmc);
                machines.add(machine);
            }
        }
        return JsonText.indented(machines);
    }
}
