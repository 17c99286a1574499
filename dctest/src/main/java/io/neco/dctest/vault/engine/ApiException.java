package io.neco.dctest.vault.engine;

import java.util.List;

/** An answer that is an error: an HTTP status and the texts that go into {@code errors}. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<String> errors;

    /**
     * @param status an HTTP status from 400 on
     * @param errors may be empty, as for an entry that is not there
     */
    public ApiException(int status, List<String> errors) {
        super(status + " " + errors, null, false, false);
        this.status = status;
        this.errors = List.copyOf(errors);
    }

    /** 400 with one text. */
    public static ApiException badRequest(String error) {
        return new ApiException(400, List.of(error));
    }

    /** 404 without a text: there is nothing at a path that exists. */
    public static ApiException absent() {
        return new ApiException(404, List.of());
    }

    /** 503 for everything but the paths that a sealed server answers. */
    public static ApiException sealed() {
        return new ApiException(503, List.of("Vault is sealed"));
    }

    /** 403 for a token that does not exist. */
    public static ApiException unknownToken() {
        return new ApiException(403, List.of("permission denied"));
    }

    /** 403 for a token whose policies do not suffice. */
    public static ApiException denied() {
        return wrapped(403, "permission denied");
    }

    /** 404: the engine has no such path. */
    public static ApiException unsupportedPath() {
        return wrapped(404, "unsupported path");
    }

    /** 405: the engine has the path, but cannot do this with it. */
    public static ApiException unsupportedOperation() {
        return wrapped(405, "unsupported operation");
    }

    /** Vault reports some errors as a list of one. */
    private static ApiException wrapped(int status, String error) {
        return new ApiException(status, List.of("1 error occurred:\n\t* " + error + "\n\n"));
    }

    public int status() {
        return status;
    }

    public List<String> errors() {
        return errors;
    }
}
