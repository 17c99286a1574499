package io.neco.dctest.vault.http;

import com.sun.net.httpserver.HttpExchange;
import io.neco.dctest.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** An answer to be sent. */
@SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
record HttpReply(int status, String contentType, byte[] body, Map<String, String> headers) {

    static HttpReply json(int status, Map<String, Object> body) {
        byte[] text = (Json.text(body) + "\n").getBytes(StandardCharsets.UTF_8);
        return new HttpReply(status, "application/json", text, Map.of());
    }

    static HttpReply errors(int status, List<String> errors) {
        return json(status, Map.of("errors", errors));
    }

    static HttpReply empty(int status) {
        return new HttpReply(status, "", new byte[0], Map.of());
    }

    void send(HttpExchange exchange) throws IOException {
        var out = exchange.getResponseHeaders();
        out.set("Cache-Control", "no-store");
        if (!contentType.isEmpty()) {
            out.set("Content-Type", contentType);
        }
        headers.forEach(out::set);
        boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : body.length);
        if (!none) {
            exchange.getResponseBody().write(body);
        }
    }
}
