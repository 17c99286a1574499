package io.neco.tools.menu;

import io.neco.tools.net.Ipv4;
import io.neco.tools.net.Ipv4Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The description of a virtual data centre, checked. Source: menu/menu.go at 1eec387; see docs/placemat-menu.md.
 *
 * @param network addresses
 * @param spines how many spine switches
 * @param racks how many servers each rack has
 * @param images disk images by their names, as placemat takes them
 * @param deviceClasses places for disks by their names
 * @param nodes what servers are made of, by role ({@code boot}, {@code cs}, {@code ss})
 */
record Menu(
        Network network,
        int spines,
        List<RackSize> racks,
        List<Map<String, String>> images,
        List<Map<String, String>> deviceClasses,
        Map<String, NodeSpec> nodes) {

    Menu {
        racks = List.copyOf(racks);
        images = List.copyOf(images);
        deviceClasses = List.copyOf(deviceClasses);
        nodes = Map.copyOf(nodes);
    }

    /**
     * Addresses of the data centre.
     *
     * @param ipam sabakan's settings
     * @param asnBase autonomous system number of rack 0
     * @param internet between the host and the core switch
     * @param coreSpine where links between core and spines begin
     * @param coreExternal between the core and clients outside
     * @param coreOperation between the core and operators
     * @param spineTor where links between spines and top-of-rack switches begin
     * @param proxy where the core's HTTP proxy listens
     * @param ntp network of the NTP server
     * @param pod addresses of pods
     * @param exposed what the cluster shows to the outside
     */
    record Network(
            Ipam ipam,
            long asnBase,
            Ipv4Network internet,
            Ipv4Network coreSpine,
            Ipv4Network coreExternal,
            Ipv4Network coreOperation,
            Ipv4 spineTor,
            Optional<Ipv4> proxy,
            Ipv4Network ntp,
            Ipv4Network pod,
            Exposed exposed) {}

    /** Networks that are announced to the outside. */
    record Exposed(Ipv4Network loadBalancer, Ipv4Network bastion, Ipv4Network ingress, Ipv4Network global) {}

    /** How many servers a rack has beside its boot server. */
    record RackSize(int cs, int ss) {}

    /**
     * What a server is made of.
     *
     * @param cpu processors, 0 when {@code smp} says it
     * @param smp processors in detail by placemat's words; empty when {@code cpu} says it
     * @param memory amount of memory
     * @param numaNodes NUMA nodes, 0 for none
     * @param diskCount disks without a class
     * @param diskSize size of disks that do not say theirs
     * @param disks disks in classes
     * @param image image of the first disk; empty: netboot, or an empty disk for a boot server
     * @param data images of further disks
     * @param isUefi whether it boots by UEFI
     * @param seed cloud-init template with its file
     * @param hasTpm whether it has a TPM
     */
    record NodeSpec(
            int cpu,
            Map<String, Long> smp,
            Optional<String> memory,
            int numaNodes,
            int diskCount,
            Optional<String> diskSize,
            List<Disks> disks,
            Optional<String> image,
            List<String> data,
            boolean isUefi,
            Optional<SeedTemplate> seed,
            boolean hasTpm) {
        NodeSpec {
            smp = Map.copyOf(smp);
            disks = List.copyOf(disks);
            data = List.copyOf(data);
        }

        /** How many processors it has. */
        long processors() {
            return smp.getOrDefault("cpus", (long) cpu);
        }
    }

    /** Disks of one class. */
    record Disks(String deviceClass, int count, Optional<String> size) {}
}
