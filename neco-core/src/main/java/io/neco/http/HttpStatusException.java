package io.neco.http;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** A server answered, but not with success; the message names request, status and the beginning of what the server said. */
public final class HttpStatusException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 300;

    private final int status;
    private final transient Optional<Duration> retryAfter;

    /**
     * An answer with a status that is no success.
     *
     * @param request what was asked, e.g. {@code GET https://…}
     * @param status HTTP status
     * @param body what the server said
     */
    public HttpStatusException(String request, int status, String body) {
        this(request, status, body, Optional.empty());
    }

    /**
     * An answer with a status that is no success.
     *
     * @param answer the answer; its {@code Retry-After} is kept
     * @param body what the server said
     */
    public HttpStatusException(HttpResponse<?> answer, String body) {
        this(
                answer.request().method() + " " + WebClient.shown(answer.uri()),
                answer.statusCode(),
                body,
                retryAfter(answer.headers()));
    }

    /**
     * An answer with a status that is no success.
     *
     * @param request what was asked, e.g. {@code GET https://…}
     * @param status HTTP status
     * @param body what the server said
     * @param retryAfter how long the server asks to wait, where that was found elsewhere than in {@code Retry-After}
     */
    public HttpStatusException(String request, int status, String body, Duration retryAfter) {
        this(request, status, body, Optional.of(retryAfter));
    }

    private HttpStatusException(String request, int status, String body, Optional<Duration> retryAfter) {
        super(request + ": status code " + status + " is not a success"
                + retryAfter
                        .map(wait -> " (the server asks to wait " + wait.toSeconds() + " s)")
                        .orElse("") + excerpt(body));
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** How long the server asks to wait before the next attempt. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Seconds, or a date, which is compared with the server's own; source: RFC 9110 section 10.2.3. */
    private static Optional<Duration> retryAfter(HttpHeaders headers) {
        String wait = headers.firstValue("Retry-After").orElse("").strip();
        try {
            if (wait.matches("\\d{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(wait)));
            }
            if (!wait.isEmpty()) {
                Duration left = Duration.between(date(headers.firstValue("Date").orElse("")), date(wait));
                return Optional.of(left.isNegative() ? Duration.ZERO : left);
            }
        } catch (DateTimeException e) {
            // neither a number nor a date: as if the server had not asked
        }
        return Optional.empty();
    }

    private static Instant date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static String excerpt(String body) {
        String text = body.strip().replaceAll("\\s+", " ");
        return text.isEmpty() ? "" : ": " + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }
}
