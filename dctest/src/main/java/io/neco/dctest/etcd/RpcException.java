package io.neco.dctest.etcd;

/** The peer answered a gRPC call with an error status. */
final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    static final int DEADLINE_EXCEEDED = 4;
    static final int NOT_FOUND = 5;
    static final int FAILED_PRECONDITION = 9;
    static final int INVALID_ARGUMENT = 3;
    static final int UNAVAILABLE = 14;

    private final int code;

    /**
     * @param code a gRPC status code
     * @param detail the peer's words
     */
    RpcException(int code, String detail) {
        super("etcd answered: " + (detail.isEmpty() ? "gRPC status " + code : detail));
        this.code = code;
    }

    int code() {
        return code;
    }
}
