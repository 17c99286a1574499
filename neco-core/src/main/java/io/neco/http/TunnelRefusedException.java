package io.neco.http;

import java.io.IOException;

/**
 * A proxy opens no tunnel to a server that speaks https. Its answer came before any encryption, from the proxy or from anybody on the way
 * there, and is never taken for the server's: only the status counts, to tell whether it may pass.
 */
public final class TunnelRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** A refusal with an HTTP status that is no success. */
    TunnelRefusedException(int status) {
        super("the proxy opens no tunnel: status code " + status);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
