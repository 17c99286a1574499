package io.neco.container;

import java.io.IOException;

/** The container engine could not do what was asked; the message tells what was attempted, on which image or container, and why. */
public sealed class ContainerException extends IOException permits EngineErrorException {
    private static final long serialVersionUID = 1L;

    /** @param message what was attempted, on what, and why it failed */
    public ContainerException(String message) {
        super(message);
    }

    /** @param message what was attempted, on what, and why it failed */
    public ContainerException(String message, Throwable cause) {
        super(message, cause);
    }
}
