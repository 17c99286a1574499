package io.neco.dctest.sabakan;

import io.neco.dctest.json.Fields;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Machines by GraphQL, and their states. Source: sabakan v2.13.0, docs/graphql.md. */
final class Graphql {
    private static final int OK = 200;
    private static final int UNSUPPORTED = 400;
    private static final int INVALID = 422;
    private static final int NOT_FOUND = 404;
    private static final Map<String, String> SPEC = Map.of(
            "serial", "serial",
            "rack", "rack",
            "indexInRack", "index-in-rack",
            "role", "role",
            "registerDate", "register-date",
            "retireDate", "retire-date");

    private final Machines machines;
    private final Clock clock;

    Graphql(Machines machines, Clock clock) {
        this.machines = machines;
        this.clock = clock;
    }

    /** The answer to a request that does not say that it is JSON. */
    static Answer unsupported() {
        return errors(UNSUPPORTED, "transport not supported", Map.of());
    }

    /** Answers a request; errors are answers, too. */
    Answer answer(Map<String, Object> request) {
        Fields fields = new Fields(request);
        GraphqlDocument document;
        try {
            document = GraphqlDocument.parse(
                    fields.text("query"), fields.object("variables").values());
        } catch (IllegalArgumentException e) {
            return errors(INVALID, String.valueOf(e.getMessage()), Map.of());
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        for (GraphqlDocument.Field field : document.fields()) {
            String serial = String.valueOf(field.arguments().get("serial"));
            try {
                data.put(field.key(), document.isMutation() ? mutation(field, serial) : query(field, serial));
            } catch (IllegalArgumentException e) {
                return errors(INVALID, String.valueOf(e.getMessage()), Map.of());
            } catch (ApiException e) {
                return errors(OK, e.reason(), Map.of("serial", serial, "type", type(e)));
            }
        }
        return Answer.json(OK, Map.of("data", data));
    }

    private static String type(ApiException e) {
        if (e.status() == NOT_FOUND) {
            return "MACHINE_NOT_FOUND";
        }
        if (e.reason().startsWith("transition from")) {
            return "INVALID_STATE_TRANSITION";
        }
        return e.reason().startsWith(Machines.KEYS_EXIST) ? "ENCRYPTION_KEY_EXISTS" : "INTERNAL_SERVER_ERROR";
    }

    private static Answer errors(int status, String message, Map<String, Object> extensions) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", message);
        if (!extensions.isEmpty()) {
            error.put("extensions", extensions);
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("errors", List.of(error));
        body.put("data", null);
        return Answer.json(status, body);
    }

    private Object query(GraphqlDocument.Field field, String serial) throws ApiException {
        switch (field.name()) {
            case "machine" -> {
                return machine(
                        machines.query(new MachineQuery(Map.of("serial", serial)))
                                .get(0),
                        field.fields());
            }
            case "searchMachines" -> {
                List<Object> found = new ArrayList<>();
                for (Map<String, Object> machine : all()) {
                    if (hasAll(machine, params(field, "having")) && !hasAny(machine, params(field, "notHaving"))) {
                        found.add(machine(machine, field.fields()));
                    }
                }
                return found;
            }
            default -> throw unknown(field, "Query");
        }
    }

    private List<Map<String, Object>> all() throws ApiException {
        try {
            return machines.query(new MachineQuery(Map.of()));
        } catch (ApiException e) {
            if (e.status() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> params(GraphqlDocument.Field field, String name) {
        Map<String, Object> params = new TreeMap<>();
        if (field.arguments().get(name) instanceof Map<?, ?> given) {
            ((Map<String, @Nullable Object>) given).forEach((key, value) -> {
                if (value != null) {
                    params.put(key, value);
                }
            });
        }
        return params;
    }

    private boolean hasAll(Map<String, Object> machine, Map<String, Object> params) {
        return params.entrySet().stream().allMatch(param -> has(machine, param.getKey(), param.getValue()));
    }

    private boolean hasAny(Map<String, Object> machine, Map<String, Object> params) {
        return params.entrySet().stream().anyMatch(param -> has(machine, param.getKey(), param.getValue()));
    }

    private boolean has(Map<String, Object> machine, String name, Object value) {
        Fields spec = new Fields(machine).object("spec");
        List<?> values = value instanceof List<?> list ? list : List.of(value);
        return switch (name) {
            case "labels" ->
                values.stream()
                        .allMatch(label -> label instanceof Map<?, ?> pair
                                && String.valueOf(pair.get("value"))
                                        .equals(spec.object("labels").text(String.valueOf(pair.get("name")))));
            case "racks" ->
                values.stream().anyMatch(rack -> String.valueOf(rack).equals(spec.text("rack")));
            case "roles" -> values.contains(spec.text("role"));
            case "states" ->
                values.stream()
                        .anyMatch(state -> String.valueOf(state)
                                .equalsIgnoreCase(
                                        new Fields(machine).object("status").text("state")));
            case "minDaysBeforeRetire" ->
                Duration.between(
                                        clock.instant(),
                                        OffsetDateTime.parse(spec.text("retire-date"))
                                                .toInstant())
                                .toDays()
                        >= Long.parseLong(String.valueOf(value));
            default ->
                throw new IllegalArgumentException("Field \"" + name + "\" is not defined by type MachineParams.");
        };
    }

    private Object mutation(GraphqlDocument.Field field, String serial) throws ApiException {
        if (!field.name().equals("setMachineState")) {
            throw unknown(field, "Mutation");
        }
        machines.setState(serial, String.valueOf(field.arguments().get("state")).toLowerCase(Locale.ROOT));
        Map<String, Object> machine =
                machines.query(new MachineQuery(Map.of("serial", serial))).get(0);
        return status(new Fields(machine).object("status"), field.fields());
    }

    private static Map<String, @Nullable Object> machine(
            Map<String, Object> machine, List<GraphqlDocument.Field> fields) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        for (GraphqlDocument.Field field : fields) {
            Fields part = new Fields(machine).object(field.name());
            answer.put(
                    field.key(),
                    switch (field.name()) {
                        case "spec" -> spec(part, field.fields());
                        case "status" -> status(part, field.fields());
                        default -> throw unknown(field, "Machine");
                    });
        }
        return answer;
    }

    private static Map<String, @Nullable Object> spec(Fields spec, List<GraphqlDocument.Field> fields) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        for (GraphqlDocument.Field field : fields) {
            switch (field.name()) {
                case "labels" -> {
                    List<Object> labels = new ArrayList<>();
                    new TreeMap<>(spec.object("labels").values())
                            .forEach((name, value) -> labels.add(Map.of("name", name, "value", value)));
                    answer.put(field.key(), labels);
                }
                case "ipv4" -> answer.put(field.key(), spec.list("ipv4"));
                case "bmc" ->
                    answer.put(
                            field.key(),
                            Map.of(
                                    "bmcType", spec.object("bmc").text("type"),
                                    "ipv4", spec.object("bmc").text("ipv4")));
                default -> {
                    String name = SPEC.get(field.name());
                    if (name == null) {
                        throw unknown(field, "MachineSpec");
                    }
                    answer.put(field.key(), spec.values().get(name));
                }
            }
        }
        return answer;
    }

    private static Map<String, @Nullable Object> status(Fields status, List<GraphqlDocument.Field> fields) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        for (GraphqlDocument.Field field : fields) {
            answer.put(
                    field.key(),
                    switch (field.name()) {
                        case "state" -> status.text("state").toUpperCase(Locale.ROOT);
                        case "timestamp", "duration" -> status.values().get(field.name());
                        default -> throw unknown(field, "MachineStatus");
                    });
        }
        return answer;
    }

    private static IllegalArgumentException unknown(GraphqlDocument.Field field, String type) {
        return new IllegalArgumentException("Cannot query field \"" + field.name() + "\" on type \"" + type + "\".");
    }
}
