package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.tls.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plain HTTP against a server, knowing nothing of what answers. Redirects are not followed. */
final class Api {
    private final String address;
    private final Optional<String> token;
    private final HttpClient client;

    private Api(String address, Optional<String> token, HttpClient client) {
        this.address = address;
        this.token = token;
        this.client = client;
    }

    /** A server in clear text, or in TLS with a certificate that the operating system trusts. */
    static Api at(String address) {
        return new Api(address, Optional.empty(), HttpClient.newBuilder().build());
    }

    /** A server in TLS whose certificate comes from this authority. */
    static Api at(String address, Path authority) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContexts.client(Optional.empty(), authority))
                .build();
        return new Api(address, Optional.empty(), client);
    }

    Api as(String newToken) {
        return new Api(address, Optional.of(newToken), client);
    }

    Api anonymous() {
        return new Api(address, Optional.empty(), client);
    }

    /** The same client for another server. */
    Api to(String otherAddress) {
        return new Api(otherAddress, token, client);
    }

    String address() {
        return address;
    }

    String token() {
        return token.orElse("");
    }

    /** An answer with its body as JSON, empty when there is none. */
    record Answer(int status, Map<String, Object> body, String text, Optional<String> location) {

        Fields fields() {
            return new Fields(body);
        }

        Fields data() {
            return fields().object("data");
        }

        Fields auth() {
            return fields().object("auth");
        }

        List<String> errors() {
            return body.get("errors") instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of();
        }

        Answer expect(int wanted) {
            assertThat(status).as("answer %s", text).isEqualTo(wanted);
            return this;
        }
    }

    Answer get(String path) {
        return send("GET", path, "", Map.of());
    }

    Answer list(String path) {
        return send("LIST", path, "", Map.of());
    }

    Answer delete(String path) {
        return send("DELETE", path, "", Map.of());
    }

    Answer put(String path, Map<String, Object> body) {
        return send("PUT", path, Json.text(body), Map.of());
    }

    Answer post(String path, Map<String, Object> body) {
        return send("POST", path, Json.text(body), Map.of());
    }

    Answer send(String method, String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
                .timeout(Duration.ofMinutes(2))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        token.ifPresent(t -> request.header("X-Vault-Token", t));
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            boolean json =
                    response.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
            byte[] content = response.body();
            return new Answer(
                    response.statusCode(),
                    json && content.length > 0 ? Json.parseObject(content) : Map.of(),
                    new String(content, StandardCharsets.UTF_8),
                    response.headers().firstValue("Location"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(method + " " + path + " at " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
