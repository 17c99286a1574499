package io.neco.store;

/** The configuration file, or a certificate or key it names, cannot be used; the message names the file and what to do. */
public final class EtcdConfigException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** @param message which file, what is wrong with it, and what to do */
    public EtcdConfigException(String message) {
        super(message);
    }

    /** @param message which file, what is wrong with it, and what to do */
    public EtcdConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
