package io.neco.sabakan;

import io.neco.json.GoJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How sabakan gives addresses to nodes.
 *
 * @param leaseMinutes how long an address is lent, in minutes
 * @param dnsServers name servers the nodes are told
 * @param gatewayOffset the gateway's place in a rack's network
 */
public record DhcpConfig(long leaseMinutes, List<String> dnsServers, long gatewayOffset) {
    /** Copies the list. */
    public DhcpConfig {
        dnsServers = List.copyOf(dnsServers);
    }

    /**
     * Reads JSON; members it does not know are dropped.
     *
     * @throws IllegalArgumentException when it is not JSON, or a member is of another kind; the message names it
     */
    public static DhcpConfig parse(String json) {
        if (!(GoJson.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof GoJson.Obj object)) {
            throw new IllegalArgumentException("it is not a JSON object");
        }
        long lease = 0;
        long offset = 0;
        List<String> servers = new ArrayList<>();
        for (GoJson.Field field : object.fields()) {
            switch (field.name()) {
                case "lease-minutes" -> lease = number(field);
                case "gateway-offset" -> offset = number(field);
                case "dns-servers" -> {
                    servers.clear();
                    servers.addAll(addresses(field));
                }
                default -> {
                    // sabakan has no use for it
                }
            }
        }
        return new DhcpConfig(lease, servers, offset);
    }

    private static long number(GoJson.Field field) {
        if (field.value() instanceof GoJson.Num num) {
            try {
                return Long.parseLong(num.text());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(field.name() + " must be a whole number, but is " + num.text(), e);
            }
        }
        throw new IllegalArgumentException(field.name() + " must be a whole number");
    }

    private static List<String> addresses(GoJson.Field field) {
        if (field.value() == null) {
            return List.of();
        }
        if (field.value() instanceof List<?> items && items.stream().allMatch(String.class::isInstance)) {
            return items.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException(field.name() + " must be a list of addresses");
    }

    /** The JSON sabakan's own client sends. */
    String toJson() {
        GoJson.Obj object = GoJson.Obj.empty().with("lease-minutes", leaseMinutes);
        if (!dnsServers.isEmpty()) {
            object = object.with("dns-servers", dnsServers);
        }
        return GoJson.write(object.with("gateway-offset", gatewayOffset));
    }
}
