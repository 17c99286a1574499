package io.neco.tools.menu;

import io.neco.tools.net.Ipv4;
import io.neco.tools.net.Ipv4Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the parts of a menu fit together: there is room for all racks, networks do not overlap, and what is referred to is there.
 *
 * @param file the menu
 * @param menu its content
 * @param network the document's network, for messages
 * @param inventory the document's inventory, for messages
 * @param nodes the documents' nodes by role, for messages
 */
record MenuCheck(Path file, Menu menu, Fields network, Fields inventory, Map<String, Fields> nodes) {
    private static final long HIGHEST_ASN = 4_294_967_295L;
    /** The image of the NTP server. */
    private static final String NTP_IMAGE = "flatcar";

    /** Addresses that belong to one purpose. */
    private record Range(String name, Ipv4 first, Ipv4 last) {
        static Range of(String name, Ipv4Network network) {
            return new Range(name, network.base(), network.last());
        }

        boolean overlaps(Range other) {
            return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
        }

        @Override
        public String toString() {
            return name + " (" + first + " to " + last + ")";
        }
    }

    /** @throws IllegalArgumentException when something does not fit; the message names file, document and field */
    void run() {
        checkRacks();
        checkOverlaps();
        checkServers();
        checkReferences();
    }

    private void checkRacks() {
        int racks = menu.racks().size();
        Ipam ipam = menu.network().ipam();
        if (racks > ipam.mostRacks()) {
            throw inventory.error(
                    "rack",
                    "has " + racks + " racks, but node-ipv4-pool " + ipam.nodePool()
                            + " of the IPAM settings has room for " + ipam.mostRacks());
        }
        Ipv4Network bastion = menu.network().exposed().bastion();
        if (racks > bastion.size()) {
            throw inventory.error(
                    "rack",
                    "has " + racks + " racks, but exposed.bastion " + bastion + " has only " + bastion.size()
                            + " addresses for boot servers");
        }
        if (menu.network().asnBase() + racks - 1 > HIGHEST_ASN) {
            throw network.error(
                    "asn-base", "is too high: with " + racks + " racks numbers would go beyond " + HIGHEST_ASN);
        }
        for (int i = 0; i < racks; i++) {
            Menu.RackSize size = menu.racks().get(i);
            if (size.cs() + size.ss() > ipam.mostNodes()) {
                throw inventory.error(
                        "rack[" + i + "]",
                        "has " + (size.cs() + size.ss())
                                + " servers beside its boot server, but the IPAM settings allow " + ipam.mostNodes());
            }
        }
    }

    private void checkOverlaps() {
        Menu.Network plan = menu.network();
        if (plan.spineTor().value() % 2 != 0) {
            throw network.error("spine-tor", "must be an even address, where pairs begin, but is " + plan.spineTor());
        }
        List<Range> ranges = new ArrayList<>();
        ranges.add(Range.of("internet", plan.internet()));
        ranges.add(Range.of("core-external", plan.coreExternal()));
        ranges.add(Range.of("core-operation", plan.coreOperation()));
        ranges.add(links("core-spine", plan.coreSpine().base(), menu.spines()));
        ranges.add(links(
                "spine-tor", plan.spineTor(), 2L * menu.spines() * menu.racks().size()));
        ranges.add(Range.of("ntp", plan.ntp()));
        ranges.add(Range.of("pod", plan.pod()));
        ranges.add(Range.of("exposed.loadbalancer", plan.exposed().loadBalancer()));
        ranges.add(Range.of("exposed.bastion", plan.exposed().bastion()));
        ranges.add(Range.of("exposed.ingress", plan.exposed().ingress()));
        ranges.add(Range.of("exposed.global", plan.exposed().global()));
        ranges.add(Range.of("node-ipv4-pool", plan.ipam().nodePool()));
        ranges.add(Range.of("bmc-ipv4-pool", plan.ipam().bmc()));
        plan.proxy().ifPresent(proxy -> ranges.add(new Range("proxy", proxy, proxy)));
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (ranges.get(i).overlaps(ranges.get(j))) {
                    throw network.error("", "has networks that overlap: " + ranges.get(j) + " and " + ranges.get(i));
                }
            }
        }
    }

    private Range links(String name, Ipv4 first, long count) {
        try {
            return new Range(name, first, first.plus(2 * count - 1));
        } catch (IllegalArgumentException e) {
            throw network.error(name, "has no room for " + count + " links: " + e.getMessage());
        }
    }

    private void checkServers() {
        require("boot", 1);
        require("cs", menu.racks().stream().mapToInt(Menu.RackSize::cs).sum());
        require("ss", menu.racks().stream().mapToInt(Menu.RackSize::ss).sum());
    }

    private void require(String type, int servers) {
        if (servers > 0 && !menu.nodes().containsKey(type)) {
            throw new IllegalArgumentException(file + ": a document of kind Node with type " + type
                    + " is missing; the inventory has such servers");
        }
    }

    private void checkReferences() {
        Set<String> images = names(menu.images());
        Set<String> classes = names(menu.deviceClasses());
        if (!images.contains(NTP_IMAGE)) {
            throw new IllegalArgumentException(file + ": a document of kind Image with name " + NTP_IMAGE
                    + " is missing; the NTP server needs it");
        }
        menu.nodes().forEach((type, node) -> {
            Fields fields = java.util.Objects.requireNonNull(nodes.get(type), "read from there");
            node.image().ifPresent(name -> refer(fields, "image", name, images));
            node.data().forEach(name -> refer(fields, "data", name, images));
            node.disks().forEach(disk -> refer(fields, "disks", disk.deviceClass(), classes));
        });
    }

    private static void refer(Fields fields, String field, String name, Set<String> known) {
        if (!known.contains(name)) {
            throw fields.error(
                    field,
                    "names " + name + ", which no document describes; described: "
                            + (known.isEmpty() ? "none" : String.join(", ", known)));
        }
    }

    private static Set<String> names(List<Map<String, String>> resources) {
        Set<String> names = new TreeSet<>();
        resources.forEach(resource -> names.add(resource.getOrDefault("name", "")));
        return names;
    }
}
