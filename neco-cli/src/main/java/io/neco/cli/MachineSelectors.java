package io.neco.cli;

import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options that select machines, named as those of {@code sabactl machines get}; source: pkg/neco/cmd/reboot_worker.go at 1eec387. */
final class MachineSelectors {
    private static final String WITHOUT = "without-";

    // fields, since the order of annotated methods changes from one JVM to the next, and that of completions with it
    @Option(names = "--serial", paramLabel = "LIST", description = "serial numbers, e.g. 001,002")
    private String serial = "";

    @Option(names = "--rack", paramLabel = "LIST", description = "racks, e.g. 1,2,3")
    private String rack = "";

    @Option(names = "--role", paramLabel = "LIST", description = "roles, e.g. cs,ss")
    private String role = "";

    @Option(names = "--labels", paramLabel = "LIST", description = "labels, all of which they have, e.g. a=b,c=d")
    private String labels = "";

    @Option(names = "--ipv4", paramLabel = "LIST", description = "IPv4 addresses")
    private String ipv4 = "";

    @Option(names = "--ipv6", paramLabel = "LIST", description = "IPv6 addresses")
    private String ipv6 = "";

    @Option(names = "--bmc-type", paramLabel = "LIST", description = "types of BMC, e.g. iDRAC-9")
    private String bmcType = "";

    @Option(names = "--state", paramLabel = "LIST", description = "states, e.g. healthy,unhealthy")
    private String state = "";

    @Option(names = "--without-serial", paramLabel = "LIST", description = "not these serial numbers")
    private String withoutSerial = "";

    @Option(names = "--without-rack", paramLabel = "LIST", description = "not in these racks")
    private String withoutRack = "";

    @Option(names = "--without-role", paramLabel = "LIST", description = "not of these roles")
    private String withoutRole = "";

    @Option(names = "--without-labels", paramLabel = "LIST", description = "not with these labels")
    private String withoutLabels = "";

    @Option(names = "--without-ipv4", paramLabel = "LIST", description = "not with these IPv4 addresses")
    private String withoutIpv4 = "";

    @Option(names = "--without-ipv6", paramLabel = "LIST", description = "not with these IPv6 addresses")
    private String withoutIpv6 = "";

    @Option(names = "--without-bmc-type", paramLabel = "LIST", description = "not with these types of BMC")
    private String withoutBmcType = "";

    @Option(names = "--without-state", paramLabel = "LIST", description = "not in these states")
    private String withoutState = "";

    /** Whether any was given; empty values do not count, as in sabakan. */
    boolean areGiven() {
        return !given().isEmpty();
    }

    /**
     * Conditions for sabakan.
     *
     * @throws UsageException when one is given together with its opposite
     */
    Map<String, String> query() {
        Map<String, String> query = given();
        for (String name : query.keySet()) {
            if (query.containsKey(WITHOUT + name)) {
                throw new UsageException("--" + name + " and --" + WITHOUT + name + " exclude each other");
            }
        }
        return query;
    }

    private Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        given.put("serial", serial);
        given.put("rack", rack);
        given.put("role", role);
        given.put("labels", labels);
        given.put("ipv4", ipv4);
        given.put("ipv6", ipv6);
        given.put("bmc-type", bmcType);
        given.put("state", state);
        given.put("without-serial", withoutSerial);
        given.put("without-rack", withoutRack);
        given.put("without-role", withoutRole);
        given.put("without-labels", withoutLabels);
        given.put("without-ipv4", withoutIpv4);
        given.put("without-ipv6", withoutIpv6);
        given.put("without-bmc-type", withoutBmcType);
        given.put("without-state", withoutState);
        given.values().removeIf(String::isEmpty);
        return given;
    }
}
