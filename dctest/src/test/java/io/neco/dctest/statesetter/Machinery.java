package io.neco.dctest.statesetter;

import com.sun.net.httpserver.HttpServer;
import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.sabakan.SabakanServer;
import io.neco.dctest.storage.MemoryEntries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The sabakan stand-in with some machines, and what those export. */
final class Machinery implements AutoCloseable {
    private static final int EXPORTER_PORT = 9105;
    private static final String IPAM = """
            {"max-nodes-in-rack": 28, "node-ipv4-pool": "127.69.0.0/20", "node-ipv4-range-size": 6,
             "node-ipv4-range-mask": 26, "node-index-offset": 3, "node-ip-per-node": 3, "node-gateway-offset": 1,
             "bmc-ipv4-pool": "127.72.16.0/20", "bmc-ipv4-offset": "0.0.1.0", "bmc-ipv4-range-size": 5,
             "bmc-ipv4-range-mask": 20, "bmc-ipv4-gateway-offset": 1}""";

    private final SabakanServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> exported = new ConcurrentHashMap<>();
    private final Map<String, HttpServer> exporters = new HashMap<>();

    Machinery(Path directory) throws IOException {
        server = SabakanServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "",
                directory,
                new MemoryEntries(),
                Clock.systemUTC(),
                line -> {});
        send("PUT", "/api/v1/config/ipam", IPAM);
    }

    String address() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Registers a machine that goes through these states; returns its address. */
    String machine(String serial, String type, String... states) {
        send(
                "POST",
                "/api/v1/machines",
                Json.text(List.of(Map.of(
                        "serial",
                        serial,
                        "labels",
                        Map.of("machine-type", type),
                        "rack",
                        0,
                        "role",
                        "cs",
                        "bmc",
                        Map.of("type", "IPMI-2.0")))));
        for (String state : states) {
            send("PUT", "/api/v1/state/" + serial, state);
        }
        if (parse(send("GET", "/api/v1/machines?serial=" + serial, "")) instanceof List<?> list
                && list.get(0) instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked")
            Map<String, Object> found = (Map<String, Object>) map;
            return new Fields(found).object("spec").list("ipv4").get(0);
        }
        throw new IllegalStateException("sabakan does not know " + serial);
    }

    private static Object parse(String json) {
        try {
            return Objects.requireNonNull(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    /** Registers the key of one of a machine's disks. */
    void diskKey(String serial) {
        send("PUT", "/api/v1/crypts/" + serial + "/disk", "secret");
    }

    boolean hasDiskKey(String serial) {
        return status("GET", "/api/v1/crypts/" + serial + "/disk").statusCode() == 200;
    }

    void setState(String serial, String state) {
        send("PUT", "/api/v1/state/" + serial, state);
    }

    String state(String serial) {
        return send("GET", "/api/v1/state/" + serial, "");
    }

    /** What a machine exports from now on. */
    void exports(String address, String metrics) throws IOException {
        exported.put(address, metrics);
        if (!exporters.containsKey(address)) {
            HttpServer exporter = HttpServer.create(new InetSocketAddress(address, EXPORTER_PORT), 0);
            exporter.createContext("/metrics", exchange -> {
                try (exchange) {
                    byte[] body = exported.getOrDefault(address, "").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            exporter.start();
            exporters.put(address, exporter);
        }
    }

    private String send(String method, String path, String body) {
        HttpResponse<String> answer = request(method, path, body);
        if (answer.statusCode() >= 400) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private HttpResponse<String> status(String method, String path) {
        return request(method, path, "");
    }

    private HttpResponse<String> request(String method, String path, String body) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(address() + path))
                            .timeout(Duration.ofSeconds(30))
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        exporters.values().forEach(exporter -> exporter.stop(0));
        server.close();
    }
}
