package io.neco.dctest.internet;

import java.io.IOException;

/** What one or more host names serve. */
@FunctionalInterface
public interface Site {

    /**
     * Answers a request.
     *
     * @throws IOException if a file cannot be read; the client gets status 500
     */
    Reply answer(Request request) throws IOException;
}
