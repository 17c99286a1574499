package io.neco.cke;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A template of this release cannot be used; the message names the file, the place, and what was expected. Repeating does not help. */
public final class InvalidTemplateException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message file, place, and what was expected */
    public InvalidTemplateException(String message) {
        super(message);
    }

    /** @param message file, place, and what was expected */
    public InvalidTemplateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
