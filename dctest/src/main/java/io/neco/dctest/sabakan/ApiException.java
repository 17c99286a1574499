package io.neco.dctest.sabakan;

/** A request that is answered by an error status and a reason in sabakan's words. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiException(int status, String reason) {
        super(reason);
        this.status = status;
    }

    static ApiException badRequest(String reason) {
        return new ApiException(400, "invalid request: " + reason);
    }

    static ApiException malformed() {
        return new ApiException(400, "invalid request");
    }

    static ApiException notFound() {
        return new ApiException(404, "requested resource is not found");
    }

    static ApiException badMethod() {
        return new ApiException(405, "method not allowed");
    }

    static ApiException conflict() {
        return new ApiException(409, "conflicted");
    }

    static ApiException internal(String cause) {
        return new ApiException(500, cause + ": Internal Server Error");
    }

    int status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
