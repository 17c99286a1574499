package io.neco.dctest.vault.cli;

import java.util.List;

/** The server answered with an error. */
final class ApiFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiFailure(String method, String uri, int status, List<String> errors) {
        super("Error making API request.\n\nURL: " + method + " " + uri + "\nCode: " + status + ". Errors:\n\n"
                + String.join("\n", errors.stream().map(error -> "* " + error).toList()));
        this.status = status;
    }

    int status() {
        return status;
    }
}
