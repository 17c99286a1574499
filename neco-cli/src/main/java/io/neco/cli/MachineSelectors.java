package io.neco.cli;

import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options that select machines, named as those of {@code sabactl machines get}; source: pkg/neco/cmd/reboot_worker.go at 1eec387. */
final class MachineSelectors {
    private static final String WITHOUT = "without-";

    private final Map<String, String> given = new TreeMap<>();

    @Option(names = "--serial", paramLabel = "LIST", description = "serial numbers, e.g. 001,002")
    void serial(String list) {
        given.put("serial", list);
    }

    @Option(names = "--rack", paramLabel = "LIST", description = "racks, e.g. 1,2,3")
    void rack(String list) {
        given.put("rack", list);
    }

    @Option(names = "--role", paramLabel = "LIST", description = "roles, e.g. cs,ss")
    void role(String list) {
        given.put("role", list);
    }

    @Option(names = "--labels", paramLabel = "LIST", description = "labels, all of which they have, e.g. a=b,c=d")
    void labels(String list) {
        given.put("labels", list);
    }

    @Option(names = "--ipv4", paramLabel = "LIST", description = "IPv4 addresses")
    void ipv4(String list) {
        given.put("ipv4", list);
    }

    @Option(names = "--ipv6", paramLabel = "LIST", description = "IPv6 addresses")
    void ipv6(String list) {
        given.put("ipv6", list);
    }

    @Option(names = "--bmc-type", paramLabel = "LIST", description = "types of BMC, e.g. iDRAC-9")
    void bmcType(String list) {
        given.put("bmc-type", list);
    }

    @Option(names = "--state", paramLabel = "LIST", description = "states, e.g. healthy,unhealthy")
    void state(String list) {
        given.put("state", list);
    }

    @Option(names = "--without-serial", paramLabel = "LIST", description = "not these serial numbers")
    void withoutSerial(String list) {
        given.put("without-serial", list);
    }

    @Option(names = "--without-rack", paramLabel = "LIST", description = "not in these racks")
    void withoutRack(String list) {
        given.put("without-rack", list);
    }

    @Option(names = "--without-role", paramLabel = "LIST", description = "not of these roles")
    void withoutRole(String list) {
        given.put("without-role", list);
    }

    @Option(names = "--without-labels", paramLabel = "LIST", description = "not with these labels")
    void withoutLabels(String list) {
        given.put("without-labels", list);
    }

    @Option(names = "--without-ipv4", paramLabel = "LIST", description = "not with these IPv4 addresses")
    void withoutIpv4(String list) {
        given.put("without-ipv4", list);
    }

    @Option(names = "--without-ipv6", paramLabel = "LIST", description = "not with these IPv6 addresses")
    void withoutIpv6(String list) {
        given.put("without-ipv6", list);
    }

    @Option(names = "--without-bmc-type", paramLabel = "LIST", description = "not with these types of BMC")
    void withoutBmcType(String list) {
        given.put("without-bmc-type", list);
    }

    @Option(names = "--without-state", paramLabel = "LIST", description = "not in these states")
    void withoutState(String list) {
        given.put("without-state", list);
    }

    /** Whether any was given; empty values do not count, as in sabakan. */
    boolean areGiven() {
        return given.values().stream().anyMatch(value -> !value.isEmpty());
    }

    /**
     * Conditions for sabakan.
     *
     * @throws UsageException when one is given together with its opposite
     */
    Map<String, String> query() {
        Map<String, String> query = new TreeMap<>(given);
        query.values().removeIf(String::isEmpty);
        for (String name : query.keySet()) {
            if (query.containsKey(WITHOUT + name)) {
                throw new UsageException("--" + name + " and --" + WITHOUT + name + " exclude each other");
            }
        }
        return query;
    }
}
