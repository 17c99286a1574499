package io.neco.worker.step;

/** Work ended early because it was asked to. */
public final class CancelledException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason why it was asked to end */
    public CancelledException(String reason) {
        super(reason);
    }
}
