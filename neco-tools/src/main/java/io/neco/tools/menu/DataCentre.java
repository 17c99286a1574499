package io.neco.tools.menu;

import io.neco.tools.net.Ipv4;
import io.neco.tools.net.Ipv4Network;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The virtual data centre with all names, addresses and autonomous system numbers. Source: menu/cluster.go at 1eec387; the rules are a
 * table in docs/placemat-menu.md.
 *
 * @param menu what it was planned from
 * @param spines spine switches
 * @param racks racks, by logical rack number
 */
record DataCentre(Menu menu, List<Spine> spines, List<Rack> racks) {
    private static final int TORS = 2;
    /** Where top-of-rack switches are in their node network. */
    private static final int TOR_INDEX = 1;

    DataCentre {
        spines = List.copyOf(spines);
        racks = List.copyOf(racks);
    }

    /**
     * A spine switch.
     *
     * @param number 1 or more
     * @param coreSide the core's address on the link between them
     * @param address its own address on that link
     */
    record Spine(int number, Ipv4 coreSide, Ipv4 address) {
        String name() {
            return "spine" + number;
        }

        String shortName() {
            return "s" + number;
        }
    }

    /**
     * A link from a spine to a top-of-rack switch.
     *
     * @param spine the spine
     * @param spineSide the spine's address
     * @param torSide the switch's address
     */
    record TorLink(Spine spine, Ipv4 spineSide, Ipv4 torSide) {}

    /**
     * A top-of-rack switch.
     *
     * @param number 1 or 2
     * @param network the network of nodes it is in
     * @param links its links to the spines
     */
    record Tor(int number, Ipv4Network network, List<TorLink> links) {
        Ipv4 address() {
            return network.at(TOR_INDEX);
        }
    }

    /**
     * A server.
     *
     * @param name full name, e.g. {@code rack0-cs1}
     * @param role {@code boot}, {@code cs} or {@code ss}
     * @param node0 address that is announced by BGP
     * @param node1 address towards the first switch
     * @param node2 address towards the second switch
     */
    record Server(String name, String role, Ipv4 node0, Ipv4 node1, Ipv4 node2) {
        /** The SHA-1 digest of its name, in hexadecimal. */
        String serial() {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has SHA-1", e);
            }
        }

        /** Its address towards a switch. */
        Ipv4 towards(Tor tor) {
            return tor.number() == 1 ? node1 : node2;
        }
    }

    /**
     * A rack.
     *
     * @param index logical rack number
     * @param asn autonomous system number of its switches and servers
     * @param tors its two switches
     * @param boot its boot server
     * @param bastion the boot server's address for operators
     * @param cs compute servers
     * @param ss storage servers
     */
    record Rack(int index, long asn, List<Tor> tors, Server boot, Ipv4 bastion, List<Server> cs, List<Server> ss) {
        String name() {
            return "rack" + index;
        }

        String shortName() {
            return "r" + index;
        }

        /** All servers: boot, cs, ss. */
        List<Server> servers() {
            return Stream.of(List.of(boot), cs, ss).flatMap(List::stream).toList();
        }
    }

    /** Plans; the menu's reader has made sure that there is room. */
    static DataCentre of(Menu menu) {
        Menu.Network network = menu.network();
        List<Spine> spines = IntStream.range(0, menu.spines())
                .mapToObj(i -> new Spine(
                        i + 1,
                        network.coreSpine().base().plus(2L * i),
                        network.coreSpine().base().plus(2L * i + 1)))
                .toList();
        List<Rack> racks = IntStream.range(0, menu.racks().size())
                .mapToObj(i -> rack(menu, spines, i))
                .toList();
        return new DataCentre(menu, spines, racks);
    }

    private static Rack rack(Menu menu, List<Spine> spines, int index) {
        Menu.Network network = menu.network();
        Ipam ipam = network.ipam();
        List<Tor> tors = new ArrayList<>();
        for (int number = 1; number <= TORS; number++) {
            List<TorLink> links = new ArrayList<>();
            for (Spine spine : spines) {
                long pair = ((long) (spine.number() - 1) * menu.racks().size() + index) * TORS + number - 1;
                links.add(new TorLink(
                        spine,
                        network.spineTor().plus(2 * pair),
                        network.spineTor().plus(2 * pair + 1)));
            }
            tors.add(new Tor(number, ipam.nodeNetwork(index, number), List.copyOf(links)));
        }
        Menu.RackSize size = menu.racks().get(index);
        int first = Ipam.BOOT_INDEX + 1;
        return new Rack(
                index,
                network.asnBase() + index,
                List.copyOf(tors),
                server(ipam, "boot-" + index, "boot", index, Ipam.BOOT_INDEX),
                network.exposed().bastion().at(index),
                IntStream.range(0, size.cs())
                        .mapToObj(i -> server(ipam, "rack" + index + "-cs" + (i + 1), "cs", index, first + i))
                        .toList(),
                IntStream.range(0, size.ss())
                        .mapToObj(
                                i -> server(ipam, "rack" + index + "-ss" + (i + 1), "ss", index, first + size.cs() + i))
                        .toList());
    }

    private static Server server(Ipam ipam, String name, String role, int rack, int offset) {
        return new Server(
                name,
                role,
                ipam.nodeNetwork(rack, 0).at(offset),
                ipam.nodeNetwork(rack, 1).at(offset),
                ipam.nodeNetwork(rack, 2).at(offset));
    }

    long asnOfCore() {
        return menu.network().asnBase() - 3;
    }

    long asnOfSpines() {
        return menu.network().asnBase() - 1;
    }

    /** The host's address towards the core, its way to the Internet. */
    Ipv4 internetHost() {
        return menu.network().internet().at(1);
    }

    /** The core's addresses on its networks, with prefix lengths: internet, bmc, external, operation, ntp. */
    String internetCore() {
        return menu.network().internet().interfaceAt(2);
    }

    String bmcHost() {
        return menu.network().ipam().bmc().interfaceAt(1);
    }

    String bmcCore() {
        return menu.network().ipam().bmc().interfaceAt(2);
    }

    String ntpCore() {
        return menu.network().ntp().interfaceAt(3);
    }

    /** The addresses of the NTP server, with prefix lengths. */
    List<String> ntpServers() {
        return List.of(menu.network().ntp().interfaceAt(1), menu.network().ntp().interfaceAt(2));
    }
}
