package io.neco.release;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The release server gave no usable answer, or does not have what is asked for; the message says what was asked and why it failed. */
public final class ReleaseFeedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Instant retryAt;

    /**
     * The server answered, but not what was hoped for.
     *
     * @param message what was asked, and what went wrong
     */
    public ReleaseFeedException(String message) {
        super(message);
        this.retryAt = null;
    }

    /**
     * There is no answer.
     *
     * @param message what was asked, and what went wrong
     */
    public ReleaseFeedException(String message, Throwable cause) {
        super(message, cause);
        this.retryAt = null;
    }

    /**
     * A refusal until some time.
     *
     * @param message what was asked, and what went wrong
     * @param retryAt when the server will answer again
     */
    public ReleaseFeedException(String message, Instant retryAt) {
        super(message);
        this.retryAt = retryAt;
    }

    /** When the server will answer again, if it said so. */
    public Optional<Instant> retryAt() {
        return Optional.ofNullable(retryAt);
    }
}
