package io.neco.dctest.vault.engine;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.token.TokenEntry;
import java.time.Duration;
import java.util.Optional;

/**
 * A request as an engine sees it.
 *
 * @param path relative to the mount
 * @param data members of the body, or query parameters of a read
 * @param mount where the engine is mounted
 * @param store the engine's part of the storage
 * @param caller whose token came with the request; empty on paths that need none
 * @param token the token in clear, only for answers that repeat it to its owner
 */
public record Request(
        Operation operation,
        String path,
        Fields data,
        Mount mount,
        EntryStore store,
        Optional<TokenEntry> caller,
        Optional<String> token) {

    /** What a lease lasts when nobody asks for anything. */
    public Duration defaultTtl() {
        return mount.effectiveDefaultTtl();
    }

    /** What a lease may last at most. */
    public Duration maxTtl() {
        return mount.effectiveMaxTtl();
    }
}
