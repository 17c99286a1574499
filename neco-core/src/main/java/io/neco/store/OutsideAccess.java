package io.neco.store;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How a daemon gets at what is outside of the data centre, by {@code neco config}.
 *
 * @param proxy address of the proxy; empty: none
 * @param gitHubToken token for the release server, a secret; empty: anonymous
 */
public record OutsideAccess(Optional<String> proxy, Optional<String> gitHubToken) {
    /** Without a proxy and without a token. */
    public static final OutsideAccess NONE = new OutsideAccess(Optional.empty(), Optional.empty());

    /**
     * Reads both from etcd.
     *
     * @throws MalformedValueException when one of them cannot be used
     */
    public static OutsideAccess read(NecoReader store) {
        return new OutsideAccess(store.proxy(), store.gitHubToken());
    }

    /**
     * Reads what can be used from etcd, since a daemon has more to do than what needs the rest.
     *
     * @param leftOut is told in words for the log what is missing, and why
     */
    public static OutsideAccess readUsable(NecoReader store, BiConsumer<String, MalformedValueException> leftOut) {
        return new OutsideAccess(
                unlessMalformed(store::proxy, e -> leftOut.accept("going on without a proxy until it is mended", e)),
                unlessMalformed(
                        store::gitHubToken,
                        e -> leftOut.accept("going on without a GitHub token until it is mended", e)));
    }

    private static Optional<String> unlessMalformed(
            Supplier<Optional<String>> read, Consumer<MalformedValueException> leftOut) {
        try {
            return read.get();
        } catch (MalformedValueException e) {
            leftOut.accept(e);
            return Optional.empty();
        }
    }

    /** Without the token, and without the proxy, which may have a password. */
    @Override
    public String toString() {
        return "OutsideAccess[proxy=" + shown(proxy) + ", gitHubToken=" + shown(gitHubToken) + "]";
    }

    private static String shown(Optional<String> secret) {
        return secret.isPresent() ? "set" : "none";
    }
}
