package io.neco.http;

import java.io.IOException;

/** A download failed on this host's side, e.g. because the disk is full; to ask again would not help. */
public final class LocalFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A failure with a file, whose name the message has. */
    public LocalFileException(String message, IOException cause) {
        super(message, cause);
    }

    /** A failure with a file, whose name the message has. */
    public LocalFileException(String message) {
        super(message);
    }
}
