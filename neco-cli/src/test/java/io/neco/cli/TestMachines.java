package io.neco.cli;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sabakan that knows machines and takes assets; its answers are of sabakan v2.13.0's form. */
final class TestMachines implements AutoCloseable {
    /** A machine; {@code state} may change. */
    static final class Node {
        final String serial;
        final String role;
        final String ipv4;
        final String bmc;
        final String type;
        volatile String state = "healthy";

        Node(String serial, String role, String ipv4, String bmc, String type) {
            this.serial = serial;
            this.role = role;
            this.ipv4 = ipv4;
            this.bmc = bmc;
            this.type = type;
        }

        private boolean has(String condition, String value) {
            return switch (condition) {
                case "serial" -> serial.equals(value);
                case "role" -> role.equals(value);
                case "ipv4" -> ipv4.equals(value);
                case "state" -> state.equals(value);
                case "labels" -> ("machine-type=" + type).equals(value);
                default -> false;
            };
        }

        private String json() {
            return """
                    {"spec": {"serial": "%s", "labels": {"machine-type": "%s"}, "rack": 1, "index-in-rack": 4, "role": "%s",
                     "ipv4": [%s], "ipv6": [], "bmc": {"ipv4": "%s", "type": "iDRAC-9"}},
                     "status": {"timestamp": "2022-05-25T00:00:00Z", "duration": 1, "state": "%s"},
                     "info": {"network": {"ipv4": []}, "bmc": {"ipv4": {"address": "10.72.17.5",
                      "netmask": "255.255.240.0", "maskbits": 20, "gateway": "10.72.16.1"}}}}""".formatted(serial, type, role, ipv4.isEmpty() ? "" : "\"" + ipv4 + "\"", bmc, state);
        }
    }

    final List<Node> nodes = new CopyOnWriteArrayList<>();
    final Map<String, String> assets = new ConcurrentHashMap<>();
    private final TestHttpServer server = new TestHttpServer(this::answer);

    /** A machine named by its serial number, with an address for nodes made from {@code last}. */
    Node add(String serial, String role, int last, String bmc, String type) {
        Node node = new Node(serial, role, "10.69.0." + last, bmc, type);
        nodes.add(node);
        return node;
    }

    URI uri() {
        return server.uri();
    }

    /** What it was asked so far, as {@code METHOD PATH}. */
    List<String> requests() {
        return server.requests().stream()
                .map(request -> request.method() + " " + request.uri())
                .toList();
    }

    private Reply answer(Request request) {
        if (request.method().equals("PUT") && request.uri().startsWith("/api/v1/assets/")) {
            assets.put(request.uri().substring("/api/v1/assets/".length()), request.body());
            return Reply.of(201, "{\"status\":201,\"id\":\"7\"}");
        }
        Map<String, String> query = new TreeMap<>();
        String text = request.uri().contains("?") ? request.uri().split("\\?", 2)[1] : "";
        for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        List<String> found = nodes.stream()
                .filter(node -> query.entrySet().stream().allMatch(condition -> matches(node, condition)))
                .map(Node::json)
                .toList();
        return found.isEmpty()
                ? Reply.of(404, "{\"status\":404,\"error\":\"requested resource is not found\"}")
                : Reply.of(200, "[" + String.join(",", found) + "]");
    }

    private static boolean matches(Node node, Map.Entry<String, String> condition) {
        boolean isOpposite = condition.getKey().startsWith("without-");
        String name = isOpposite ? condition.getKey().substring("without-".length()) : condition.getKey();
        boolean hasAny = Arrays.stream(condition.getValue().split(",")).anyMatch(value -> node.has(name, value));
        return hasAny != isOpposite;
    }

    @Override
    public void close() {
        server.close();
    }
}
