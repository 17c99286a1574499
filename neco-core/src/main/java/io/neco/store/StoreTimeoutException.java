package io.neco.store;

import org.jspecify.annotations.Nullable;

/**
 * A read, or the search for a member fit for a write, did not get an answer within its deadline, or what was waited for did not happen. A
 * write that was sent and not answered is an {@link UnknownOutcomeException}.
 */
public final class StoreTimeoutException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** @param message what was attempted, for how long, on which endpoints */
    public StoreTimeoutException(String message) {
        super(message);
    }

    /** @param message what was attempted, for how long, on which endpoints */
    public StoreTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
