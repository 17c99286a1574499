package io.neco.tools.menu;

import io.neco.tools.net.Ipv4;
import io.neco.tools.net.Ipv4Network;

/**
 * The part of sabakan's address settings the plan needs. Source: sabakan's docs/ipam.md and menu/menu.go at 1eec387.
 *
 * @param nodePool addresses of nodes
 * @param nodeBase the first address of rack 0, in or at the start of {@code nodePool}
 * @param rangeSize a node network has 2^rangeSize addresses
 * @param rangeMask prefix length of node networks
 * @param mostNodes how many nodes a rack may have beside its boot server
 * @param bmc addresses of BMCs
 */
record Ipam(Ipv4Network nodePool, Ipv4 nodeBase, int rangeSize, int rangeMask, int mostNodes, Ipv4Network bmc) {
    /** node0, node1 and node2. */
    static final int NETWORKS_PER_RACK = 3;
    /** Where the boot server is in each of its rack's networks. */
    static final int BOOT_INDEX = 3;

    static Ipam of(Fields fields) {
        fields.number("node-ip-per-node", NETWORKS_PER_RACK, NETWORKS_PER_RACK);
        fields.number("node-index-offset", BOOT_INDEX, BOOT_INDEX);
        Ipv4Network pool = fields.network("node-ipv4-pool", 30);
        Ipv4 base = fields.optionalAddress("node-ipv4-offset")
                .map(offset -> new Ipv4(pool.base().value() + offset.value()))
                .orElse(pool.base());
        int rangeSize = (int) fields.number("node-ipv4-range-size", 3, 24);
        int rangeMask = (int) fields.number("node-ipv4-range-mask", 8, 29);
        if (rangeMask > 32 - rangeSize) {
            throw fields.error(
                    "node-ipv4-range-mask",
                    "must be " + (32 - rangeSize) + " or less for node-ipv4-range-size " + rangeSize + ", but is "
                            + rangeMask);
        }
        // what fits between the boot server and the broadcast address
        long room = (1L << rangeSize) - BOOT_INDEX - 2;
        long most = fields.optionalNumber("max-nodes-in-rack", 1, room).orElse(room);
        return new Ipam(pool, base, rangeSize, rangeMask, (int) most, fields.network("bmc-ipv4-pool", 30));
    }

    /** The network number {@code k} (0 to 2) of a rack. */
    Ipv4Network nodeNetwork(int rack, int k) {
        return new Ipv4Network(nodeBase.plus((long) (NETWORKS_PER_RACK * rack + k) << rangeSize), rangeMask);
    }

    /** How many racks have room in the pool. */
    long mostRacks() {
        long room = nodePool.size() - (nodeBase.value() - nodePool.base().value());
        return room / ((long) NETWORKS_PER_RACK << rangeSize);
    }
}
