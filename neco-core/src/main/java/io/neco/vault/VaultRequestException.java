package io.neco.vault;

import java.io.IOException;

/** Vault refused a request or could not be reached; the message tells address, path, status and Vault's own words. */
public final class VaultRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    /** {@link #status()} when there was no answer. */
    public static final int NO_ANSWER = 0;

    private final int status;

    /**
     * @param message address, path and why
     * @param status HTTP status, or {@link #NO_ANSWER}
     */
    public VaultRequestException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /**
     * @param message address, path and why
     * @param status HTTP status
     */
    public VaultRequestException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** The HTTP status, or {@link #NO_ANSWER}. */
    public int status() {
        return status;
    }

    /** Whether no answer came at all: refused, reset, timed out, or not trusted. */
    public boolean isNoAnswer() {
        return status == NO_ANSWER;
    }
}
