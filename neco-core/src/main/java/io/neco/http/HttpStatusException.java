package io.neco.http;

import java.io.IOException;

/** A server answered, but not with success; the message names request, status and the beginning of what the server said. */
public final class HttpStatusException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 300;

    private final int status;

    /**
     * An answer with a status that is no success.
     *
     * @param request what was asked, e.g. {@code GET https://…}
     * @param status HTTP status
     * @param body what the server said
     */
    public HttpStatusException(String request, int status, String body) {
        super(request + ": status code " + status + " is not a success" + excerpt(body));
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    private static String excerpt(String body) {
        String text = body.strip().replaceAll("\\s+", " ");
        return text.isEmpty() ? "" : ": " + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }
}
