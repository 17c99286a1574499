package io.neco.dctest.vault.engine;

import java.util.Optional;

/** What lives behind a mount. An engine keeps no state of its own except in its store. */
public interface Engine {

    /**
     * Answers a request.
     *
     * @throws ApiException for every answer that is an error
     */
    Reply handle(Request request);

    /** For a write: whether the entry exists, empty if the engine does not tell creation from update. */
    default Optional<Boolean> exists(Request request) {
        return Optional.empty();
    }

    /** Whether a path may be used without a token. */
    default boolean isOpen(String path) {
        return false;
    }

    /** Whether a path needs the capability sudo. */
    default boolean needsSudo(String path) {
        return false;
    }
}
