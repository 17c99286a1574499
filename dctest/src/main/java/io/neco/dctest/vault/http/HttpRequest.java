package io.neco.dctest.vault.http;

import com.sun.net.httpserver.HttpExchange;
import io.neco.dctest.json.Json;
import io.neco.dctest.vault.engine.ApiException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as received.
 *
 * @param path below {@code /v1/}; slashes that follow each other count as one
 * @param query decoded parameters
 * @param token from {@code X-Vault-Token} or {@code Authorization}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
record HttpRequest(
        String method,
        String path,
        Map<String, Object> query,
        byte[] body,
        Optional<String> token,
        String remoteAddress,
        boolean noForwarding,
        boolean forwarded,
        Map<String, List<String>> headers,
        String target) {

    static final String FORWARDED_BY = "X-Vault-Stand-In-Forwarded";
    private static final int MAX_BODY = 4 << 20;
    private static final String PREFIX = "/v1/";

    /**
     * Reads a request.
     *
     * @throws ApiException if it is none for this API
     */
    static HttpRequest read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new ApiException(413, List.of("request body too large"));
        }
        String path = exchange.getRequestURI().getPath().replaceAll("/+", "/");
        if (!path.startsWith(PREFIX)) {
            throw ApiException.absent();
        }
        var headers = exchange.getRequestHeaders();
        Optional<String> bearer = Optional.ofNullable(headers.getFirst("Authorization"))
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
        Optional<String> token =
                Optional.ofNullable(headers.getFirst("X-Vault-Token")).or(() -> bearer);
        return new HttpRequest(
                exchange.getRequestMethod(),
                path.substring(PREFIX.length()),
                query(exchange.getRequestURI().getRawQuery()),
                body,
                token.filter(t -> !t.isEmpty()),
                exchange.getRemoteAddress().getAddress().getHostAddress(),
                headers.containsKey("X-Vault-No-Request-Forwarding"),
                headers.containsKey(FORWARDED_BY),
                headers,
                exchange.getRequestURI().toString().replaceAll("^/+v1/+", PREFIX));
    }

    private static Map<String, Object> query(String raw) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = equals < 0 ? pair : pair.substring(0, equals);
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    parameters.put(
                            URLDecoder.decode(name, StandardCharsets.UTF_8),
                            URLDecoder.decode(value, StandardCharsets.UTF_8));
                }
            }
        }
        return parameters;
    }

    boolean isWrite() {
        return method.equals("PUT") || method.equals("POST");
    }

    /**
     * The body as an object, empty when there is no body.
     *
     * @throws ApiException if it is anything else
     */
    Map<String, Object> json() {
        if (body.length == 0) {
            return Map.of();
        }
        try {
            return Json.parseObject(body);
        } catch (IOException e) {
            throw ApiException.badRequest("failed to parse JSON input: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
