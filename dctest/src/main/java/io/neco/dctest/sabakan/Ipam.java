package io.neco.dctest.sabakan;

import io.neco.dctest.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How addresses follow from a machine's place. Source: sabakan v2.13.0, docs/ipam.md.
 *
 * @param config as it is stored, checked
 */
record Ipam(Fields config) {
    private static final Pattern ADDRESS =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
    private static final List<String> NUMBERS = List.of(
            "max-nodes-in-rack",
            "node-ipv4-range-size",
            "node-ipv4-range-mask",
            "node-ip-per-node",
            "node-index-offset",
            "node-gateway-offset",
            "bmc-ipv4-range-size",
            "bmc-ipv4-range-mask",
            "bmc-ipv4-gateway-offset");

    /**
     * Takes the members it knows, in sabakan's order.
     *
     * @throws ApiException 400 if one is missing or out of range
     */
    static Map<String, Object> checked(Map<String, Object> given) throws ApiException {
        Fields fields = new Fields(given);
        Map<String, Object> config = new LinkedHashMap<>();
        for (String name : List.of(
                "max-nodes-in-rack",
                "node-ipv4-pool",
                "node-ipv4-offset",
                "node-ipv4-range-size",
                "node-ipv4-range-mask",
                "node-ip-per-node",
                "node-index-offset",
                "node-gateway-offset",
                "bmc-ipv4-pool",
                "bmc-ipv4-offset",
                "bmc-ipv4-range-size",
                "bmc-ipv4-range-mask",
                "bmc-ipv4-gateway-offset")) {
            if (NUMBERS.contains(name)) {
                config.put(name, positive(fields, name));
            } else if (name.endsWith("-pool")) {
                config.put(name, pool(fields.text(name), name));
            } else if (!fields.text(name).isEmpty()) {
                config.put(name, offset(fields.text(name), name));
            }
        }
        return config;
    }

    private static long positive(Fields fields, String name) throws ApiException {
        long value;
        try {
            value = fields.number(name, 0);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
        if (name.endsWith("-mask")) {
            if (value < 8 || value > 32) {
                throw ApiException.badRequest("invalid " + name);
            }
        } else if (value <= 0) {
            throw ApiException.badRequest(name + " must not be zero");
        }
        return value;
    }

    private static String pool(String text, String name) throws ApiException {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || matcher.group(5) == null || Integer.parseInt(matcher.group(5)) > 32) {
            throw ApiException.badRequest("invalid " + name);
        }
        int bits = Integer.parseInt(matcher.group(5));
        long address = number(text.substring(0, text.indexOf('/')));
        if ((address & mask(bits)) != address) {
            throw ApiException.badRequest("host part of " + name + " must be cleared");
        }
        return text;
    }

    private static String offset(String text, String name) throws ApiException {
        if (!ADDRESS.matcher(text).matches() || text.contains("/")) {
            throw ApiException.badRequest("invalid " + name);
        }
        return text;
    }

    long indexOffset() {
        return config.number("node-index-offset", 0);
    }

    long maxNodesInRack() {
        return config.number("max-nodes-in-rack", 0);
    }

    /** Fills in a machine's addresses from its rack and its index in the rack. */
    void assign(Map<String, Object> spec, Map<String, Object> info, long rack, long index) {
        long range = 1L << config.number("node-ipv4-range-size", 0);
        long perNode = config.number("node-ip-per-node", 0);
        long base = base("node");
        List<String> addresses = new ArrayList<>();
        List<Object> nics = new ArrayList<>();
        for (long i = 0; i < perNode; i++) {
            long address = base + range * perNode * rack + index + i * range;
            addresses.add(text(address));
            nics.add(nic(address, config.number("node-ipv4-range-mask", 32), config.number("node-gateway-offset", 1)));
        }
        spec.put("ipv4", addresses);
        spec.put("ipv6", null);
        long bmc = base("bmc") + (1L << config.number("bmc-ipv4-range-size", 0)) * rack + index;
        Map<String, Object> controller = new LinkedHashMap<>();
        controller.put("ipv4", text(bmc));
        controller.put("ipv6", "");
        controller.put("type", new Fields(spec).object("bmc").text("type"));
        spec.put("bmc", controller);
        info.put("network", one("ipv4", nics));
        info.put(
                "bmc",
                one(
                        "ipv4",
                        nic(
                                bmc,
                                config.number("bmc-ipv4-range-mask", 32),
                                config.number("bmc-ipv4-gateway-offset", 1))));
    }

    private static Map<String, Object> one(String name, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name, value);
        return map;
    }

    private long base(String kind) {
        String pool = config.text(kind + "-ipv4-pool");
        String offset = config.text(kind + "-ipv4-offset");
        return number(pool.substring(0, pool.indexOf('/'))) + (offset.isEmpty() ? 0 : number(offset));
    }

    private static Map<String, Object> nic(long address, long bits, long gatewayOffset) {
        long mask = mask((int) bits);
        Map<String, Object> nic = new LinkedHashMap<>();
        nic.put("address", text(address));
        nic.put("netmask", text(mask));
        nic.put("maskbits", bits);
        nic.put("gateway", text((address & mask) + gatewayOffset));
        return nic;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : (0xffffffffL << (32 - bits)) & 0xffffffffL;
    }

    private static long number(String address) {
        long value = 0;
        for (String part : address.split("\\.", -1)) {
            value = (value << 8) | Integer.parseInt(part);
        }
        return value;
    }

    private static String text(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }
}
