package io.neco.container;

/** The container engine answered, with an error; its own words, by which alone it tells what went wrong, end the message. */
final class EngineErrorException extends ContainerException {
    private static final long serialVersionUID = 1L;

    EngineErrorException(String message) {
        super(message);
    }

    EngineErrorException(String message, Throwable cause) {
        super(message, cause);
    }
}
