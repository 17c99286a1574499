package io.neco.worker.step;

import java.io.IOException;

/** A step cannot be done, and trying again would not help; the message tells what was attempted, why it failed, and what to do. */
public final class StepFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what was attempted, why it failed, and what to do */
    public StepFailedException(String message) {
        super(message);
    }

    /** @param message what was attempted, why it failed, and what to do */
    public StepFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
