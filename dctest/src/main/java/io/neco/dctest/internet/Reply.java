package io.neco.dctest.internet;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a request.
 *
 * @param status HTTP status code
 * @param headers headers in order, without {@code Content-Length}
 * @param content the body
 */
public record Reply(int status, Map<String, String> headers, Content content) {

    /** Makes the headers unmodifiable. */
    public Reply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** A reply with a JSON body. */
    public static Reply json(int status, Object value) {
        return new Reply(
                status,
                Map.of("Content-Type", "application/json; charset=utf-8"),
                Content.of(Json.write(value).getBytes(StandardCharsets.UTF_8)));
    }

    /** A reply with a plain text body. */
    public static Reply text(int status, String text) {
        return new Reply(
                status,
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                Content.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same reply with one more header. */
    public Reply with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, content);
    }

    /** The same reply with another body. */
    public Reply with(Content other) {
        return new Reply(status, headers, other);
    }
}
