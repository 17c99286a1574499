package io.neco.store;

/** An update cannot be cleared because it was not stopped; the message is the reference's {@code not stopped}. */
public final class NotStoppedException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** The update goes on. */
    public NotStoppedException() {
        super("not stopped");
    }
}
