package io.neco.dctest.vault.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An engine's answer.
 *
 * @param status the HTTP status
 * @param data the member {@code data}
 * @param auth the member {@code auth}, for a login
 * @param warnings the member {@code warnings}, null there when empty
 * @param leaseSeconds the member {@code lease_duration}
 * @param raw what to send instead of JSON
 */
public record Reply(
        int status,
        Optional<Map<String, Object>> data,
        Optional<Map<String, Object>> auth,
        List<String> warnings,
        long leaseSeconds,
        Optional<Raw> raw) {

    /** A body that is not JSON. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
    public record Raw(String contentType, byte[] body) {}

    /** 204. */
    public static Reply done() {
        return new Reply(204, Optional.empty(), Optional.empty(), List.of(), 0, Optional.empty());
    }

    /** 200 with data. */
    public static Reply of(Map<String, Object> data) {
        return new Reply(200, Optional.of(data), Optional.empty(), List.of(), 0, Optional.empty());
    }

    /** 200 with the outcome of a login. */
    public static Reply login(Map<String, Object> auth) {
        return new Reply(200, Optional.empty(), Optional.of(auth), List.of(), 0, Optional.empty());
    }

    /** 200 with the names in a directory, or 404 when it is empty. */
    public static Reply keys(List<String> keys) {
        if (keys.isEmpty()) {
            throw ApiException.absent();
        }
        return of(Map.of("keys", keys));
    }

    /** 200 with a body that is not JSON. */
    public static Reply raw(String contentType, byte[] body) {
        return new Reply(
                200, Optional.empty(), Optional.empty(), List.of(), 0, Optional.of(new Raw(contentType, body)));
    }

    /** The same with a warning added; an answer without content becomes one with content. */
    public Reply warn(String warning) {
        List<String> all = new ArrayList<>(warnings);
        all.add(warning);
        return new Reply(status == 204 ? 200 : status, data, auth, all, leaseSeconds, raw);
    }

    /** The same with another status. */
    public Reply status(int other) {
        return new Reply(other, data, auth, warnings, leaseSeconds, raw);
    }

    /** The same with a lease. */
    public Reply lease(long seconds) {
        return new Reply(status, data, auth, warnings, seconds, raw);
    }
}
