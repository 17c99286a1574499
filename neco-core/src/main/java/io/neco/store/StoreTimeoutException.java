package io.neco.store;

import org.jspecify.annotations.Nullable;

/** A call did not get an answer within its deadline. Whether a write took effect is unknown. */
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
