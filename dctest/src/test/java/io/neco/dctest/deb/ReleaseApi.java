package io.neco.dctest.deb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The part of GitHub's REST API that writes releases, kept in memory: create, upload, change, delete. Drafts are not found by their tag. Source:
 * GitHub REST API, version 2022-11-28, "Releases" and "Release assets".
 */
final class ReleaseApi implements AutoCloseable {
    static final String TOKEN = "ghp_throwaway0123456789";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<Integer, ObjectNode> releases = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private volatile String refusedUpload = "";
    private volatile boolean breaksOff = false;
    private int lastId = 0;

    ReleaseApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on the upload of this file fails. */
    void refuse(String file) {
        refusedUpload = file;
    }

    /** From now on what is asked to be changed is changed, and the connection ends without an answer. */
    void breakOffChanges() {
        breaksOff = true;
    }

    synchronized Map<Integer, ObjectNode> releases() {
        return new LinkedHashMap<>(releases);
    }

    synchronized byte[] file(String name) {
        return Optional.ofNullable(files.get(name)).orElseThrow(() -> new AssertionError(name + " was not uploaded"));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            reply(exchange, 401, message("Bad credentials"));
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String repository = "/repos/acme/neco/releases";
        if (!path.startsWith(repository)) {
            reply(exchange, 404, message("Not Found"));
            return;
        }
        String rest = path.substring(repository.length());
        String request = exchange.getRequestMethod() + " " + rest.replaceFirst("^/[0-9]+", "/ID");
        int id = rest.matches("/[0-9]+.*") ? Integer.parseInt(rest.split("/", -1)[1]) : 0;
        if (request.startsWith("GET /tags/")) {
            String tag = rest.substring("/tags/".length());
            releases.values().stream()
                    .filter(release -> !release.path("draft").asBoolean()
                            && release.path("tag_name").asText().equals(tag))
                    .findFirst()
                    .ifPresentOrElse(
                            release -> reply(exchange, 200, release), () -> reply(exchange, 404, message("Not Found")));
        } else if (request.equals("POST ")) {
            reply(exchange, 201, create((ObjectNode) JSON.readTree(body)));
        } else if (request.equals("POST /ID/assets")) {
            upload(exchange, id, body);
        } else if (request.equals("PATCH /ID") && releases.containsKey(id)) {
            ObjectNode release = releases.get(id);
            release.setAll((ObjectNode) JSON.readTree(body));
            if (breaksOff) {
                exchange.close();
            } else {
                reply(exchange, 200, release);
            }
        } else if (request.equals("GET /ID") && releases.containsKey(id)) {
            reply(exchange, 200, releases.get(id));
        } else if (request.equals("DELETE /ID") && releases.remove(id) != null) {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        } else {
            reply(exchange, 404, message("Not Found"));
        }
    }

    private ObjectNode create(ObjectNode release) {
        int id = ++lastId;
        release.put("id", id)
                .put("url", address() + "/repos/acme/neco/releases/" + id)
                .put("upload_url", address() + "/repos/acme/neco/releases/" + id + "/assets{?name,label}")
                .set("assets", JSON.createArrayNode());
        releases.put(id, release);
        return release;
    }

    private void upload(HttpExchange exchange, int id, byte[] content) {
        String name = exchange.getRequestURI().getQuery().replaceFirst("^name=", "");
        ObjectNode release = releases.get(id);
        if (release == null || name.equals(refusedUpload)) {
            reply(exchange, 422, message("Validation Failed"));
            return;
        }
        files.put(name, content);
        ObjectNode asset = ((ArrayNode) release.path("assets")).addObject();
        asset.put("name", name)
                .put("state", "uploaded")
                .put("size", content.length)
                .put("digest", "sha256:" + sha256(content));
        reply(exchange, 201, asset);
    }

    private static JsonNode message(String text) {
        return JSON.createObjectNode().put("message", text);
    }

    private static void reply(HttpExchange exchange, int status, JsonNode body) {
        try {
            byte[] bytes = JSON.writeValueAsBytes(body);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the client is gone", e);
        } finally {
            exchange.close();
        }
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
