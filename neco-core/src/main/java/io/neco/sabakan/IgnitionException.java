package io.neco.sabakan;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An Ignition template cannot be built; the message names the template's file and what is wrong with it. */
public final class IgnitionException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message the file, and what is wrong with it */
    public IgnitionException(String message) {
        super(message);
    }

    /** @param message the file, and what is wrong with it */
    public IgnitionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
