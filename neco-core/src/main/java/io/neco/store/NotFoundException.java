package io.neco.store;

/** A key does not exist; the message is the reference's {@code not found}. */
public final class NotFoundException extends StoreException {
    private static final long serialVersionUID = 1L;
    private final String key;

    /** @param key the key without the prefix */
    public NotFoundException(String key) {
        super("not found");
        this.key = key;
    }

    /** The key, without the prefix. */
    public String key() {
        return key;
    }
}
