package io.neco.store;

/** A write guarded by a leader key was refused because that key is gone; the message is the reference's {@code lost leadership}. */
public final class LostLeadershipException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** Somebody else may lead now. */
    public LostLeadershipException() {
        super("lost leadership");
    }
}
