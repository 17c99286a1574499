package io.neco.store;

/** A write was sent and not answered: it may have been carried out, or may be yet. */
public final class UnknownOutcomeException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** @param message what was attempted, on which endpoint, and why there is no answer; what the caller should do is added */
    public UnknownOutcomeException(String message, Throwable cause) {
        super(message + "; it may have been carried out all the same: look before you repeat it", cause);
    }
}
