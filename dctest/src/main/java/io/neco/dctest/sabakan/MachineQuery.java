package io.neco.dctest.sabakan;

import io.neco.dctest.json.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which machines are asked for: each condition may name several values, and its opposite starts with {@code without-}.
 * Source: sabakan v2.13.0, docs/api.md, "GET /api/v1/machines".
 */
record MachineQuery(Map<String, String> conditions) {
    private static final String WITHOUT = "without-";
    private static final List<String> NAMES =
            List.of("serial", "rack", "role", "ipv4", "ipv6", "labels", "bmc-type", "state");

    /**
     * Checks the conditions against each other.
     *
     * @throws ApiException 400 if one is given together with its opposite
     */
    static MachineQuery of(Map<String, String> conditions) throws ApiException {
        for (String name : NAMES) {
            if (!conditions.getOrDefault(name, "").isEmpty()
                    && !conditions.getOrDefault(WITHOUT + name, "").isEmpty()) {
                throw ApiException.badRequest("'with' and 'without' options about the same things are specified.");
            }
        }
        return new MachineQuery(conditions);
    }

    /**
     * Whether a machine is asked for.
     *
     * @throws ApiException 500 if labels are not NAME=VALUE
     */
    boolean matches(Map<String, Object> machine) throws ApiException {
        for (String name : NAMES) {
            String wanted = conditions.getOrDefault(name, "");
            if (!wanted.isEmpty() && !matches(machine, name, wanted)) {
                return false;
            }
            String unwanted = conditions.getOrDefault(WITHOUT + name, "");
            if (!unwanted.isEmpty() && matches(machine, name, unwanted)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(Map<String, Object> machine, String name, String given) throws ApiException {
        List<String> values = Arrays.asList(given.split(",", -1));
        Fields spec = new Fields(machine).object("spec");
        if (name.equals("labels")) {
            for (String pair : values) {
                int equals = pair.indexOf('=');
                if (equals < 0) {
                    throw ApiException.internal("invalid query in labels: " + pair);
                }
                Object value = spec.object("labels").values().get(pair.substring(0, equals));
                if (value == null || !value.equals(pair.substring(equals + 1))) {
                    return false;
                }
            }
            return true;
        }
        return switch (name) {
            case "ipv4", "ipv6" -> spec.list(name).stream().anyMatch(values::contains);
            case "bmc-type" -> values.contains(spec.object("bmc").text("type"));
            case "state" -> values.contains(new Fields(machine).object("status").text("state"));
            default -> values.contains(spec.text(name));
        };
    }
}
