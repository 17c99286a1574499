package io.neco.dctest.vault.cli;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.tls.TlsContexts;
import io.neco.dctest.vault.client.ApiClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The server a command talks to, and the token it uses: from flags, the environment, or the file of the last login. */
final class Session {
    /** Flags of every command that talks to a server. */
    static final Set<String> VALUED = Set.of("address", "ca-cert", "format", "field", "namespace", "ns");

    static final Set<String> SWITCHES = Set.of("tls-skip-verify", "no-print", "non-interactive");

    private final String address;
    private final ApiClient client;
    private final Optional<String> token;

    Session(Flags flags, Surroundings surroundings) {
        this.address = flags.value("address")
                .or(() -> surroundings.variable("VAULT_ADDR"))
                .orElse("https://127.0.0.1:8200")
                .replaceFirst("/+$", "");
        boolean trusting = flags.isSet("tls-skip-verify")
                || surroundings
                        .variable("VAULT_SKIP_VERIFY")
                        .map(v -> v.matches("1|t|T|true|TRUE|True"))
                        .orElse(false);
        Path trust = flags.value("ca-cert")
                .or(() -> surroundings.variable("VAULT_CACERT"))
                .map(Path::of)
                .orElse(TlsContexts.SYSTEM_BUNDLE);
        this.client = new ApiClient(trust, !trusting);
        this.token = surroundings.variable("VAULT_TOKEN").or(() -> TokenFile.read(surroundings.tokenFile()));
    }

    String address() {
        return address;
    }

    Optional<String> token() {
        return token;
    }

    /** Sends with the session's token. */
    Optional<Map<String, Object>> send(String method, String path, Map<String, Object> body)
            throws IOException, ApiFailure {
        return send(method, path, body, token);
    }

    /**
     * Sends a request; one redirect is followed.
     *
     * @return the body; empty when there is none
     * @throws ApiFailure if the answer is an error
     */
    Optional<Map<String, Object>> send(String method, String path, Map<String, Object> body, Optional<String> with)
            throws IOException, ApiFailure {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("X-Vault-Request", List.of("true"));
        with.ifPresent(t -> headers.put("X-Vault-Token", List.of(t)));
        byte[] content = method.equals("PUT") || method.equals("POST") ? Json.bytes(body) : new byte[0];
        String clean = path.replaceAll("/+", "/").replaceFirst("^/", "");
        URI uri = URI.create(address + "/v1/" + clean.replace(" ", "%20"));
        ApiClient.Answer answer;
        try {
            answer = client.send(method, uri, headers, content);
            if (answer.status() == 307 && answer.location().isPresent()) {
                uri = URI.create(answer.location().get());
                answer = client.send(method, uri, headers, content);
            }
        } catch (IOException e) {
            throw new IOException(method + " " + uri + ": " + e.getMessage(), e);
        }
        Optional<Map<String, Object>> object = parse(answer);
        if (answer.status() >= 400) {
            List<String> errors = object.map(o -> errors(new Fields(o), o)).orElse(List.of());
            throw new ApiFailure(method, uri.toString(), answer.status(), errors);
        }
        return object;
    }

    private static List<String> errors(Fields fields, Map<String, Object> object) {
        if (object.get("errors") instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return fields.has("warnings") && object.get("warnings") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Optional<Map<String, Object>> parse(ApiClient.Answer answer) throws IOException {
        if (answer.body().length == 0) {
            return Optional.empty();
        }
        if (!answer.contentType().startsWith("application/json")) {
            return Optional.of(Map.of("data", Map.of("text", new String(answer.body(), StandardCharsets.UTF_8))));
        }
        return Optional.of(Json.parseObject(answer.body()));
    }
}
