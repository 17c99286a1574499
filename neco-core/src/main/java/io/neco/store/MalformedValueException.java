package io.neco.store;

/** A key holds something that is not what the schema says; the message names the key and the value. */
public final class MalformedValueException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** @param message key, value, and what was expected */
    public MalformedValueException(String message, Throwable cause) {
        super(message, cause);
    }
}
