package io.neco.setup;

import io.neco.http.HttpClients;
import java.util.List;
import java.util.Optional;

/**
 * What {@code neco setup} was asked to do.
 *
 * @param lrns logical rack numbers of all servers, ascending
 * @param isRootTokenRevoked whether Vault's root token is revoked at the end
 * @param proxy stored as the setting {@code proxy}
 * @param isStartOver whether leftovers of a failed setup are removed first
 */
public record SetupRequest(
        List<Integer> lrns, boolean isRootTokenRevoked, Optional<String> proxy, boolean isStartOver) {
    private static final int LEAST = 3;

    /** Copies the list. */
    public SetupRequest {
        lrns = List.copyOf(lrns);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException for too few, double or malformed numbers and for a proxy that cannot be used; the
     *     message names the value
     */
    public static SetupRequest of(List<String> lrns, boolean isNoRevoke, String proxy, boolean isStartOver) {
        if (lrns.size() < LEAST) {
            throw new IllegalArgumentException("too few boot servers: " + lrns.size()
                    + " given, but setup needs at least " + LEAST + " logical rack numbers, e.g. `neco setup 0 1 2`");
        }
        List<Integer> sorted = RackNumbers.parseAll(lrns);
        return new SetupRequest(sorted, !isNoRevoke, proxy(proxy), isStartOver);
    }

    private static Optional<String> proxy(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        HttpClients.requireProxy(text, "--proxy");
        return Optional.of(text);
    }
}
