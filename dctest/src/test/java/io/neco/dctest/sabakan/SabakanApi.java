package io.neco.dctest.sabakan;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain HTTP against a server, knowing nothing of what answers. Redirects are not followed. */
record SabakanApi(String address, HttpClient client) {

    static SabakanApi at(String address) {
        return new SabakanApi(
                address,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    /** An answer. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
    record Answer(int status, byte[] body, HttpResponse<byte[]> response) {

        Answer expect(int wanted) {
            assertThat(status).as("answer %s", text()).isEqualTo(wanted);
            return this;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Nullable
        Object json() {
            try {
                return Json.parse(body);
            } catch (IOException e) {
                throw new UncheckedIOException("not JSON: " + text(), e);
            }
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> object() {
            if (json() instanceof Map<?, ?> map) {
                return (Map<String, Object>) map;
            }
            throw new AssertionError("no JSON object: " + text());
        }

        @SuppressWarnings("unchecked")
        List<Map<String, Object>> objects() {
            if (json() instanceof List<?> list) {
                return (List<Map<String, Object>>) list;
            }
            throw new AssertionError("no JSON list: " + text());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** That it is an error, as sabakan words it. */
        void expectError(int wanted, String reason) {
            expect(wanted);
            assertThat(header("Content-Type")).isEqualTo("application/json");
            assertThat(String.valueOf(object().get("error"))).contains(reason);
            assertThat(object().get("status")).isEqualTo((long) wanted);
        }
    }

    Answer get(String path) {
        return send("GET", path, new byte[0], Map.of());
    }

    Answer delete(String path) {
        return send("DELETE", path, new byte[0], Map.of());
    }

    Answer put(String path, String body) {
        return send("PUT", path, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Answer post(String path, String body) {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Answer send(String method, String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(address + (path.startsWith("/") ? path : "/api/v1/" + path)))
                .timeout(Duration.ofSeconds(30))
                .header("X-Sabakan-User", "contract")
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return sent(request.build());
    }

    /** An asset, as the product uploads it. */
    Answer putAsset(String name, byte[] content, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("Content-Type", "application/octet-stream"));
        all.putAll(headers);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/api/v1/assets/" + name))
                .timeout(Duration.ofSeconds(30))
                // the client of JDK 17 does not hear a refusal that comes instead of "100 Continue" (JDK-8286171)
                .expectContinue(Runtime.version().feature() >= 25)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content));
        all.forEach(request::header);
        return sent(request.build());
    }

    private Answer sent(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** An archive of files with the given content, by name. */
    static byte[] archive(Path scratch, Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path content = Files.write(Files.createTempFile(scratch, "member", ""), file.getValue());
            Tar.write(out, file.getKey(), content);
        }
        Tar.end(out);
        return out.toByteArray();
    }

    /** Some bytes that do not repeat soon. */
    static byte[] content(int size, int seed) {
        byte[] content = new byte[size];
        new java.util.Random(seed).nextBytes(content);
        return content;
    }

    static byte[] firstHalf(byte[] content) {
        return Arrays.copyOf(content, content.length / 2);
    }
}
