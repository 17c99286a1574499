package io.neco.dctest.sabakan;

import com.sun.net.httpserver.HttpExchange;
import io.neco.dctest.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer to be sent.
 *
 * @param headers without the length
 * @param length of the body; 0 for none, -1 when it is not known before it has been written
 */
record Answer(int status, Map<String, String> headers, long length, Body body) {
    private static final long UNKNOWN = -1;

    /** Writes the body. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), 0, out -> {});
    }

    /** JSON in one line, as sabakan writes it. */
    static Answer json(int status, @Nullable Object value) {
        return bytes(status, "application/json", (Json.text(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Answer text(String text) {
        return bytes(200, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer bytes(int status, String type, byte[] body) {
        return new Answer(status, Map.of("Content-Type", type), body.length, out -> out.write(body));
    }

    static Answer stream(Map<String, String> headers, long length, Body body) {
        return new Answer(200, headers, length, body);
    }

    static Answer stream(String type, Body body) {
        return new Answer(200, Map.of("Content-Type", type), UNKNOWN, body);
    }

    static Answer redirect(String url) {
        return new Answer(302, Map.of("Location", url), 0, out -> {});
    }

    void send(HttpExchange exchange) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        boolean none = length == 0 || exchange.getRequestMethod().equals("HEAD");
        if (none && length > 0) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
        }
        // for the JDK's server 0 means a body of unknown length, and -1 none
        exchange.sendResponseHeaders(status, none ? -1 : Math.max(0, length));
        if (!none) {
            body.writeTo(exchange.getResponseBody());
        }
    }
}
