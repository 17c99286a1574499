package io.neco.cli;

/** The command was called wrongly; the message says how, and the usage is shown with it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with which argument */
    UsageException(String message) {
        super(message);
    }
}
