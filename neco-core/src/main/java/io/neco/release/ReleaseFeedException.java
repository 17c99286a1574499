package io.neco.release;

import io.neco.http.Retry;
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
     * There is no answer, or none of use.
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
     * @param cause has the answer
     * @param retryAt when the server will answer again
     */
    public ReleaseFeedException(String message, Throwable cause, Instant retryAt) {
        super(message, cause);
        this.retryAt = retryAt;
    }

    /** Whether it may help to ask again: nobody answered, the server was overloaded or broken, or it said when it will answer. */
    public boolean mayPass() {
        return retryAt != null || (getCause() instanceof IOException cause && Retry.isTransient(cause));
    }

    /** When the server will answer again, if it said so. */
    public Optional<Instant> retryAt() {
        return Optional.ofNullable(retryAt);
    }
}
