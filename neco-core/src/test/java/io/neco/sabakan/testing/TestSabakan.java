package io.neco.sabakan.testing;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** sabakan, as far as Neco speaks with it, without nodes to boot. */
public final class TestSabakan implements AutoCloseable {
    private static final Pattern IMAGE = Pattern.compile("/api/v1/images/coreos/([^/]+)");
    private static final Pattern META = Pattern.compile("/api/v1/assets/([^/]+)/meta");
    private static final Pattern ASSET = Pattern.compile("/api/v1/assets/([^/]+)");
    private static final Pattern IGNITIONS = Pattern.compile("/api/v1/ignitions/([^/]+)");
    private static final Pattern IGNITION = Pattern.compile("/api/v1/ignitions/([^/]+)/([^/]+)");
    private static final Pattern MACHINES = Pattern.compile("/api/v1/machines\\?rack=(\\d+)&role=boot");

    /** Versions of the operating system, oldest first. */
    public final List<String> images = new ArrayList<>();
    /** Assets by name. */
    public final Map<String, String> assets = new java.util.concurrent.ConcurrentHashMap<>();
    /** Templates by {@code ROLE/ID}, oldest first. */
    public final Map<String, String> ignitions = java.util.Collections.synchronizedMap(new java.util.LinkedHashMap<>());
    /** Racks with a boot server, and its address. */
    public final Map<Integer, String> bootServers = new java.util.concurrent.ConcurrentHashMap<>();
    /** Settings as sent; empty: none. */
    public volatile String dhcp = "";

    private final TestHttpServer server = new TestHttpServer(this::answer);
    private volatile Function<Request, Optional<Reply>> fault = request -> Optional.empty();

    /** Its address. */
    public URI uri() {
        return server.uri();
    }

    /** Answers some requests otherwise from now on. */
    public void misbehave(Function<Request, Optional<Reply>> how) {
        fault = how;
    }

    /** What it was asked so far, as {@code METHOD PATH}. */
    public List<String> requests() {
        return server.requests().stream()
                .map(request -> request.method() + " " + request.uri())
                .toList();
    }

    private Reply answer(Request request) {
        return fault.apply(request).orElseGet(() -> request.method().equals("PUT") ? put(request) : get(request.uri()));
    }

    private synchronized Reply put(Request request) {
        Matcher found = IMAGE.matcher(request.uri());
        if (found.matches()) {
            if (images.contains(found.group(1))) {
                return conflict();
            }
            images.add(found.group(1));
            return Reply.of(201, "");
        }
        found = ASSET.matcher(request.uri());
        if (found.matches()) {
            int status = assets.put(found.group(1), request.body()) == null ? 201 : 200;
            return Reply.of(status, "{\"status\":" + status + ",\"id\":\"" + assets.size() + "\"}");
        }
        found = IGNITION.matcher(request.uri());
        if (found.matches()) {
            return ignitions.putIfAbsent(found.group(1) + "/" + found.group(2), request.body()) == null
                    ? Reply.of(201, "")
                    : conflict();
        }
        if (request.uri().equals("/api/v1/config/dhcp")) {
            dhcp = request.body();
            return Reply.of(200, "null");
        }
        return notFound();
    }

    private synchronized Reply get(String uri) {
        if (uri.equals("/api/v1/images/coreos")) {
            return Reply.of(
                    200,
                    images.stream()
                            .map(id -> "{\"id\":\"" + id + "\",\"size\":1,\"exists\":true}")
                            .collect(Collectors.joining(",", "[", "]")));
        }
        if (uri.equals("/api/v1/config/dhcp")) {
            return dhcp.isEmpty() ? notFound() : Reply.of(200, dhcp);
        }
        Matcher found = META.matcher(uri);
        if (found.matches()) {
            return assets.containsKey(found.group(1))
                    ? Reply.of(200, "{\"name\":\"" + found.group(1) + "\",\"id\":\"1\",\"exists\":true}")
                    : notFound();
        }
        found = IGNITIONS.matcher(uri);
        if (found.matches()) {
            String prefix = found.group(1) + "/";
            String ids = ignitions.keySet().stream()
                    .filter(key -> key.startsWith(prefix))
                    .map(key -> "\"" + key.substring(prefix.length()) + "\"")
                    .collect(Collectors.joining(","));
            return Reply.of(200, ids.isEmpty() ? "null" : "[" + ids + "]");
        }
        found = MACHINES.matcher(uri);
        if (found.matches()) {
            String address = bootServers.get(Integer.parseInt(found.group(1)));
            return address == null
                    ? notFound()
                    : Reply.of(200, "[{\"spec\":{\"role\":\"boot\",\"ipv4\":[\"" + address + "\",\"10.0.0.1\"]}}]");
        }
        return notFound();
    }

    private static Reply notFound() {
        return Reply.of(404, "{\"error\":\"requested resource is not found\",\"status\":404}");
    }

    private static Reply conflict() {
        return Reply.of(409, "{\"error\":\"conflicted\",\"status\":409}");
    }

    @Override
    public void close() {
        server.close();
    }
}
