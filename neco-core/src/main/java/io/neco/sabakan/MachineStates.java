package io.neco.sabakan;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.HttpStatusException;
import io.neco.http.WebClient;
import io.neco.json.GoJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * sabakan's GraphQL API, as far as Neco uses it: machines by state, and changes of state. Every call has a deadline; nothing is repeated
 * here. Thread-safe.
 *
 * <p>Source: https://github.com/cybozu-go/sabakan/blob/v2.13.0/docs/graphql.md.
 */
public final class MachineStates {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String SEARCH =
            "query($having: MachineParams) { searchMachines(having: $having, notHaving: null)"
                    + " { spec { serial labels { name value } ipv4 } status { state } } }";
    private static final String CHANGE = "mutation($serial: ID!, $state: MachineState!)"
            + " { setMachineState(serial: $serial, state: $state) { state } }";

    private final WebClient web;
    private final URI address;
    private final String user;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * A client.
     *
     * @param web a client that uses no proxy; whoever gave it closes it
     * @param base sabakan's address, without a trailing slash
     * @param user who asks, for sabakan's log
     */
    public MachineStates(WebClient web, URI base, String user) {
        this.web = web;
        this.address = URI.create(base + "/graphql");
        this.user = user;
    }

    /**
     * The machines in a state.
     *
     * @param state empty: all machines
     * @throws GraphqlException when sabakan refuses the question
     * @throws IOException when there is no answer, or none that can be understood
     */
    public List<StatedMachine> search(Optional<MachineState> state) throws IOException, InterruptedException {
        Map<String, @Nullable Object> variables = new TreeMap<>();
        variables.put("having", having(state));
        JsonNode found = ask("searchMachines", SEARCH, variables).path("searchMachines");
        List<StatedMachine> machines = new ArrayList<>();
        for (JsonNode node : found) {
            machines.add(machine(node));
        }
        return machines;
    }

    private static @Nullable Object having(Optional<MachineState> state) {
        return state.map(only -> Map.of("states", List.of(only.name()))).orElse(null);
    }

    private static StatedMachine machine(JsonNode node) throws IOException {
        JsonNode spec = node.path("spec");
        Map<String, String> labels = new LinkedHashMap<>();
        spec.path("labels")
                .forEach(label -> labels.put(
                        label.path("name").asText(), label.path("value").asText()));
        List<String> addresses = new ArrayList<>();
        spec.path("ipv4").forEach(item -> addresses.add(item.asText()));
        String serial = spec.path("serial").asText();
        try {
            return new StatedMachine(
                    serial,
                    labels,
                    addresses,
                    MachineState.of(node.path("status").path("state").asText()));
        } catch (IllegalArgumentException e) {
            throw new IOException("sabakan's answer about machine " + serial + ": " + e.getMessage(), e);
        }
    }

    /**
     * Changes a machine's state.
     *
     * @throws GraphqlException when sabakan refuses; see {@link GraphqlException#isInvalidTransition}
     * @throws IOException when there is no answer
     */
    public void set(String serial, MachineState state) throws IOException, InterruptedException {
        ask("setMachineState of " + serial, CHANGE, Map.of("serial", serial, "state", state.name()));
    }

    private JsonNode ask(String what, String query, Map<String, ?> variables) throws IOException, InterruptedException {
        String shown = "POST " + address + " (" + what + ")";
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("X-Sabakan-User", user)
                .POST(BodyPublishers.ofString(GoJson.write(Map.of("query", query, "variables", variables))))
                .build();
        HttpResponse<byte[]> answer = web.send(request, BodyHandlers.ofByteArray(), DEADLINE, shown);
        JsonNode body;
        try {
            body = json.readTree(answer.body());
        } catch (JacksonException e) {
            if (answer.statusCode() / 100 != 2) {
                throw new HttpStatusException(
                        shown, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
            }
            throw new IOException(shown + ": sabakan's answer is not JSON: " + e.getOriginalMessage(), e);
        }
        JsonNode error = body.path("errors").path(0);
        if (!error.isMissingNode()) {
            throw new GraphqlException(
                    shown,
                    error.path("message").asText(),
                    error.path("extensions").path("type").asText());
        }
        JsonNode data = body.path("data");
        if (answer.statusCode() / 100 != 2 || !data.isObject()) {
            throw new HttpStatusException(
                    shown, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        }
        return data;
    }
}
