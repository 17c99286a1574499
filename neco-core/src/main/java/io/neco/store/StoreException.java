package io.neco.store;

import org.jspecify.annotations.Nullable;

/** Something went wrong with etcd or with what is stored there; the message tells what was attempted, on what, and why it failed. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was attempted, on what, and why it failed */
    public StoreException(String message) {
        super(message);
    }

    /** @param message what was attempted, on what, and why it failed */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
