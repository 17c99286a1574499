package io.neco.http;

import java.io.IOException;

/** What was received is not what was expected; to ask again would not help. */
final class WrongContentException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongContentException(String message) {
        super(message);
    }
}
