package io.neco.store;

/** The revision asked for has been compacted away. */
final class CompactedException extends StoreException {
    private static final long serialVersionUID = 1L;

    CompactedException(String message, Throwable cause) {
        super(message, cause);
    }
}
