package io.neco.dctest.sabakan;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.neco.dctest.json.Json;
import io.neco.dctest.storage.StorageException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Answers every request, from other hosts reading ones only. Source: sabakan v2.13.0, docs/api.md. */
final class Front implements HttpHandler {
    private static final String API = "/api/v1/";
    /** Nodes make the keys of their disks themselves. */
    private static final String CRYPTS = API + "crypts/";

    private static final String OPTION = "x-sabakan-asset-options-";
    private static final Pattern OS = Pattern.compile("[a-z0-9.]+");
    private static final String IMAGES_OS = "coreos";
    private static final Pattern JSON = Pattern.compile("\\s*application/json\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-zA-Z.-]+");
    private static final int MAX_BODY = 16 << 20;
    private static final long MAX_ASSET = 1L << 32;

    private final Model model;
    private final String version;
    private final Consumer<String> log;

    /** What the answers are made of. */
    record Model(
            Images images,
            Assets assets,
            Ignitions ignitions,
            Machines machines,
            Crypts crypts,
            Graphql graphql,
            Settings settings) {}

    Front(Model model, String version, Consumer<String> log) {
        this.model = model;
        this.version = version;
        this.log = log;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (ApiException e) {
                answer = error(exchange, e.status(), e.reason());
            } catch (StorageException e) {
                answer = error(exchange, 500, e.getMessage() + ": Internal Server Error");
            } catch (IllegalArgumentException e) {
                answer = error(exchange, 400, "invalid request: " + e.getMessage());
            } catch (IOException | RuntimeException e) {
                answer = error(exchange, 500, e + ": Internal Server Error");
            }
            String user = exchange.getRequestHeaders().getFirst("X-Sabakan-User");
            if (!isReading(exchange.getRequestMethod())) {
                log.accept(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " by "
                        + (user == null ? "nobody" : user) + ": " + answer.status());
            }
            answer.send(exchange);
        }
    }

    private Answer error(HttpExchange exchange, int status, String reason) {
        Map<String, Object> body = new TreeMap<>();
        body.put("error", reason);
        body.put("request_id", UUID.randomUUID().toString());
        body.put("status", status);
        if (status >= 500 || !isReading(exchange.getRequestMethod())) {
            log.accept("error: " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + ": " + status + " "
                    + reason);
        }
        return Answer.json(status, body);
    }

    private static boolean isReading(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private Answer answer(HttpExchange exchange) throws ApiException, IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/version")) {
            return reading(method, Answer.json(200, Map.of("version", version)));
        }
        if (path.equals("/health")) {
            return reading(method, health());
        }
        if (!path.startsWith(API) && !path.equals("/graphql")) {
            throw ApiException.notFound();
        }
        if (!isReading(method)
                && !path.startsWith(CRYPTS)
                && !exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
            throw new ApiException(403, "forbidden");
        }
        if (path.equals("/graphql")) {
            if (!method.equals("POST")) {
                throw ApiException.badMethod();
            }
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (type == null || !JSON.matcher(type).matches()) {
                return Graphql.unsupported();
            }
            return model.graphql.answer(object(exchange, MAX_BODY, ""));
        }
        List<String> parts = Arrays.asList(path.substring(API.length()).split("/", -1));
        return switch (parts.get(0)) {
            case "assets" -> assets(exchange, method, parts);
            case "images" -> images(exchange, method, parts);
            case "ignitions" -> ignitions(exchange, method, parts);
            case "machines" -> machines(exchange, method, parts);
            case "state" -> state(exchange, method, parts);
            case "crypts" -> crypts(exchange, method, parts);
            case "labels" -> labels(exchange, method, parts);
            case "retire-date" -> retireDate(exchange, method, parts);
            case "config" -> config(exchange, method, parts);
            case "kernel_params" -> kernelParameters(exchange, method, parts);
            default -> throw ApiException.notFound();
        };
    }

    private static Answer reading(String method, Answer answer) throws ApiException {
        if (!isReading(method)) {
            throw ApiException.badMethod();
        }
        return answer;
    }

    private Answer health() {
        try {
            model.assets.names();
            return Answer.json(200, Map.of("health", "healthy"));
        } catch (StorageException e) {
            return Answer.json(500, Map.of("health", "unhealthy"));
        }
    }

    private Answer assets(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        if (parts.size() == 1) {
            return Answer.json(200, model.assets.names());
        }
        String name = parts.get(1);
        switch (method) {
            case "GET", "HEAD" -> {
                if (parts.size() == 2) {
                    return model.assets.get(name);
                }
                if (parts.size() == 3 && parts.get(2).equals("meta")) {
                    return Answer.json(200, model.assets.meta(name));
                }
                throw ApiException.malformed();
            }
            case "PUT" -> {
                Assets.Stored stored = model.assets.put(upload(exchange, name), exchange.getRequestBody());
                Map<String, Object> body = new LinkedHashMap<>();
                body.put("status", stored.status());
                body.put("id", stored.id());
                return Answer.json(stored.status(), body);
            }
            case "DELETE" -> {
                model.assets.delete(name);
                return Answer.empty(200);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private static Assets.Upload upload(HttpExchange exchange, String name) throws ApiException {
        Headers headers = exchange.getRequestHeaders();
        String type = headers.getFirst("Content-Type");
        if (type == null || type.isEmpty()) {
            throw ApiException.malformed();
        }
        String length = headers.getFirst("Content-Length");
        if (length == null) {
            throw new ApiException(411, "content-length is required");
        }
        if (Long.parseLong(length) > MAX_ASSET) {
            throw new ApiException(413, "too large asset");
        }
        String sum = headers.getFirst("X-Sabakan-Asset-SHA256");
        if (sum != null && !sum.matches("(?:[0-9a-fA-F]{2})*")) {
            throw ApiException.badRequest("bad checksum: " + sum);
        }
        Map<String, String> options = new TreeMap<>();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            String lower = header.getKey().toLowerCase(Locale.ROOT);
            if (lower.startsWith(OPTION) && lower.length() > OPTION.length()) {
                String key = lower.substring(OPTION.length());
                String value = header.getValue().get(0);
                if (!Machines.isName(key)) {
                    throw ApiException.badRequest("invalid option key" + key);
                }
                if (!Machines.isLabelValue(value)) {
                    throw ApiException.badRequest("invalid option value" + value);
                }
                options.put(key, value);
            }
        }
        return new Assets.Upload(
                name, type, sum == null ? "" : sum.toLowerCase(Locale.ROOT), options, Long.parseLong(length));
    }

    private Answer images(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        if (parts.size() < 2 || !parts.get(1).equals(IMAGES_OS)) {
            throw ApiException.notFound();
        }
        if (parts.size() > 3) {
            throw ApiException.malformed();
        }
        String os = parts.get(1);
        if (parts.size() == 2) {
            if (!method.equals("GET")) {
                throw ApiException.malformed();
            }
            return Answer.json(200, model.images.index(os));
        }
        String id = parts.get(2);
        if (!IMAGE_ID.matcher(id).matches()) {
            throw ApiException.malformed();
        }
        switch (method) {
            case "GET" -> {
                return model.images.download(os, id);
            }
            case "PUT" -> {
                model.images.upload(os, id, exchange.getRequestBody());
                return Answer.empty(201);
            }
            case "DELETE" -> {
                model.images.delete(os, id);
                return Answer.empty(200);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private Answer ignitions(HttpExchange exchange, String method, List<String> parts)
            throws ApiException, IOException {
        String role = parts.size() > 1 ? parts.get(1) : "";
        if (!Machines.isName(role)) {
            throw ApiException.badRequest("invalid role name: " + role);
        }
        if (parts.size() > 2 && !IgnitionId.isValid(parts.get(2))) {
            throw ApiException.badRequest("invalid ignition id: " + parts.get(2));
        }
        switch (method + parts.size()) {
            case "GET2" -> {
                List<String> ids = model.ignitions.ids(role);
                return Answer.json(200, ids.isEmpty() ? null : ids);
            }
            case "GET3" -> {
                return Answer.json(200, model.ignitions.get(role, parts.get(2)));
            }
            case "PUT3" -> {
                model.ignitions.put(role, parts.get(2), object(exchange, Ignitions.MAX_SIZE, "invalid request body: "));
                return Answer.empty(201);
            }
            case "DELETE3" -> {
                model.ignitions.delete(role, parts.get(2));
                return Answer.empty(200);
            }
            default -> throw ApiException.malformed();
        }
    }

    @SuppressWarnings("unchecked")
    private Answer machines(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        switch (method) {
            case "GET" -> {
                return Answer.json(200, model.machines.query(MachineQuery.of(query(exchange))));
            }
            case "POST" -> {
                if (!(json(exchange, MAX_BODY, "") instanceof List<?> list)
                        || !list.stream().allMatch(Map.class::isInstance)) {
                    throw ApiException.badRequest("json: cannot unmarshal the body into a list of machines");
                }
                model.machines.register(
                        list.stream().map(item -> (Map<String, Object>) item).toList());
                return Answer.empty(201);
            }
            case "DELETE" -> {
                if (parts.size() != 2 || parts.get(1).isEmpty()) {
                    throw ApiException.malformed();
                }
                model.machines.delete(parts.get(1));
                return Answer.empty(200);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : (raw == null ? "" : raw).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private Answer state(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        String serial = serial(parts, 2);
        switch (method) {
            case "GET" -> {
                return Answer.text(model.machines.state(serial));
            }
            case "PUT" -> {
                try {
                    model.machines.setState(serial, text(exchange, 128));
                } catch (ApiException e) {
                    // here sabakan does not tell why, other than by GraphQL
                    throw e.reason().startsWith(Machines.KEYS_EXIST) ? ApiException.malformed() : e;
                }
                return Answer.empty(200);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private Answer crypts(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        switch (method) {
            case "GET" -> {
                byte[] key = model.crypts.get(serial(parts, 3), parts.get(2));
                return Answer.stream(
                        Map.of("Content-Type", "application/octet-stream"), key.length, out -> out.write(key));
            }
            case "PUT" -> {
                String path = parts.get(parts.size() - 1);
                model.crypts.put(serial(parts, 3), path, body(exchange, 4096));
                return Answer.json(201, Map.of("status", 201, "path", path));
            }
            case "DELETE" -> {
                if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
                    throw new ApiException(403, "forbidden");
                }
                return Answer.json(200, model.crypts.delete(serial(parts, 2)));
            }
            default -> throw ApiException.badMethod();
        }
    }

    private static String serial(List<String> parts, int size) throws ApiException {
        if (parts.size() != size || parts.get(1).isEmpty()) {
            throw ApiException.malformed();
        }
        return parts.get(1);
    }

    private Answer labels(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        String serial = serial(parts, 3);
        String label = parts.get(2);
        if (!Machines.isName(label)) {
            throw ApiException.badRequest("invalid label name");
        }
        switch (method) {
            case "PUT" -> {
                String value = text(exchange, 1024);
                if (!Machines.isLabelValue(value)) {
                    throw ApiException.badRequest("invalid label value");
                }
                model.machines.putLabel(serial, label, value);
                return Answer.empty(200);
            }
            case "DELETE" -> {
                model.machines.deleteLabel(serial, label);
                return Answer.empty(200);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private Answer retireDate(HttpExchange exchange, String method, List<String> parts)
            throws ApiException, IOException {
        String serial = serial(parts, 2);
        if (!method.equals("PUT")) {
            throw ApiException.badMethod();
        }
        String date = text(exchange, 128);
        try {
            model.machines.setRetireDate(
                    serial, java.time.OffsetDateTime.parse(date).toString());
        } catch (java.time.DateTimeException e) {
            throw ApiException.badRequest("invalid date: " + date);
        }
        return Answer.empty(200);
    }

    private Answer config(HttpExchange exchange, String method, List<String> parts) throws ApiException, IOException {
        String what = parts.size() == 2 ? parts.get(1) : "";
        if (!what.equals("ipam") && !what.equals("dhcp")) {
            throw ApiException.notFound();
        }
        switch (method) {
            case "GET" -> {
                return what.equals("ipam") ? model.settings.getIpam() : model.settings.getDhcp();
            }
            case "PUT" -> {
                Map<String, Object> given = object(exchange, MAX_BODY, "");
                if (what.equals("ipam")) {
                    model.settings.putIpam(given);
                } else {
                    model.settings.putDhcp(given);
                }
                return Answer.json(200, null);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private Answer kernelParameters(HttpExchange exchange, String method, List<String> parts)
            throws ApiException, IOException {
        if (parts.size() < 2 || !OS.matcher(parts.get(1)).matches()) {
            throw ApiException.malformed();
        }
        switch (method) {
            case "GET" -> {
                return model.settings.getKernelParameters(parts.get(1));
            }
            case "PUT" -> {
                model.settings.putKernelParameters(parts.get(1), text(exchange, 4096));
                return Answer.json(200, null);
            }
            default -> throw ApiException.badMethod();
        }
    }

    private static byte[] body(HttpExchange exchange, int limit) throws ApiException, IOException {
        byte[] body = exchange.getRequestBody().readNBytes(limit + 1);
        if (body.length > limit) {
            throw ApiException.badRequest("http: request body too large");
        }
        return body;
    }

    private static String text(HttpExchange exchange, int limit) throws ApiException, IOException {
        return new String(body(exchange, limit), StandardCharsets.UTF_8);
    }

    private static @org.jspecify.annotations.Nullable Object json(HttpExchange exchange, int limit, String what)
            throws ApiException, IOException {
        byte[] body = body(exchange, limit);
        try {
            return Json.parse(body);
        } catch (IOException e) {
            throw ApiException.badRequest(
                    what + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(HttpExchange exchange, int limit, String what)
            throws ApiException, IOException {
        if (json(exchange, limit, what) instanceof Map<?, ?> map) {
            return new LinkedHashMap<>((Map<String, Object>) map);
        }
        throw ApiException.badRequest(what + "json: cannot unmarshal the body into an object");
    }
}
