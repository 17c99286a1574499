package io.neco.sabakan;

import java.io.IOException;
import java.util.Map;

/** sabakan refused a request; the message names the request and sabakan's reason. */
public final class SabakanException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final Map<Integer, String> STATUS_TEXTS = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(411, "Length Required"),
            Map.entry(413, "Request Entity Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"));

    private final int status;
    private final String reason;

    /**
     * A refusal.
     *
     * @param request what was asked, e.g. {@code PUT http://127.0.0.1:10080/api/v1/assets/a}
     * @param status HTTP status, 400 or more
     * @param said the {@code error} of sabakan's answer, or the whole answer
     */
    public SabakanException(String request, int status, String said) {
        super(request + ": " + reason(status, said));
        this.status = status;
        this.reason = reason(status, said);
    }

    private static String reason(int status, String said) {
        return STATUS_TEXTS.getOrDefault(status, "status " + status) + ": " + said;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Status and reason as sabakan's own client words them, e.g. {@code Not Found: requested resource is not found}. */
    public String reason() {
        return reason;
    }

    /** Whether sabakan has nothing of that name, or nothing that matches. */
    public boolean isNotFound() {
        return status == NOT_FOUND;
    }

    /** Whether it has something of that name already. */
    public boolean isConflict() {
        return status == CONFLICT;
    }
}
