package io.neco.http;

import java.io.IOException;

/** A download failed on this host's side, e.g. because the disk is full. */
final class LocalFileException extends IOException {
    private static final long serialVersionUID = 1L;

    LocalFileException(String message, IOException cause) {
        super(message, cause);
    }
}
