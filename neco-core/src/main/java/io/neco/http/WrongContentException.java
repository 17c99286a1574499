package io.neco.http;

import java.io.IOException;

/** What was received is not what was expected; to ask again would not help. */
public final class WrongContentException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What was expected and what came. */
    public WrongContentException(String message) {
        super(message);
    }
}
