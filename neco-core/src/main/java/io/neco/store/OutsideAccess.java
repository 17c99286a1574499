package io.neco.store;

import java.util.Optional;

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
     * @param before what was in force until now, and stays so in the place of what cannot be used
     */
    public static OutsideAccess readUsable(NecoReader store, OutsideAccess before, RefusedSetting refused) {
        return new OutsideAccess(
                refused.orBefore(store::proxy, before.proxy, goingOn("proxy", before.proxy)),
                refused.orBefore(store::gitHubToken, before.gitHubToken, goingOn("GitHub token", before.gitHubToken)));
    }

    private static String goingOn(String name, Optional<String> before) {
        return before.isPresent()
                ? RefusedSetting.withPrevious(name)
                : "going on without a " + name + " until it is mended";
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
