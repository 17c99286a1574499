package io.neco.sabakan;

import java.util.List;
import java.util.Map;

/**
 * A machine sabakan knows.
 *
 * @param serial its serial number
 * @param labels its labels
 * @param rack number of its rack
 * @param indexInRack its place in the rack
 * @param role its role, e.g. {@code boot}, {@code cs}, {@code ss}
 * @param ipv4 its addresses; the first is node0's
 * @param ipv6 its IPv6 addresses
 * @param bmcType type of its management controller; empty when unknown
 * @param bmcIpv4 address of its management controller; empty when unknown
 * @param state where it stands in its life, e.g. {@code healthy}
 */
public record Machine(
        String serial,
        Map<String, String> labels,
        int rack,
        int indexInRack,
        String role,
        List<String> ipv4,
        List<String> ipv6,
        String bmcType,
        String bmcIpv4,
        String state) {
    /** Copies the collections. */
    public Machine {
        labels = Map.copyOf(labels);
        ipv4 = List.copyOf(ipv4);
        ipv6 = List.copyOf(ipv6);
    }
}
