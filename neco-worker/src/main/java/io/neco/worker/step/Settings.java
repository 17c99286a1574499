package io.neco.worker.step;

import io.neco.store.ConfigKey;
import io.neco.store.NecoReader;
import java.util.Optional;

/**
 * The settings of {@code neco config} a worker heeds.
 *
 * @param environment {@code test} makes the worker install packages from {@code /tmp}
 * @param proxy proxy for everything outside; empty: none
 * @param gitHubToken token for the release server; a secret
 * @param quayUsername user for private images
 * @param quayPassword password for private images; a secret
 */
public record Settings(
        String environment,
        Optional<String> proxy,
        Optional<String> gitHubToken,
        Optional<String> quayUsername,
        Optional<String> quayPassword) {

    /**
     * Reads them from etcd.
     *
     * @throws io.neco.store.MalformedValueException when the proxy cannot be used
     */
    public static Settings read(NecoReader store) {
        return read(store, store.proxy());
    }

    /** Reads all but the proxy. */
    public static Settings withoutProxy(NecoReader store) {
        return read(store, Optional.empty());
    }

    private static Settings read(NecoReader store, Optional<String> proxy) {
        return new Settings(
                store.environment(),
                proxy,
                nonBlank(store.config(ConfigKey.GITHUB_TOKEN)),
                nonBlank(store.config(ConfigKey.QUAY_USERNAME)),
                nonBlank(store.config(ConfigKey.QUAY_PASSWORD)));
    }

    private static Optional<String> nonBlank(Optional<String> value) {
        return value.map(String::strip).filter(text -> !text.isEmpty());
    }

    @Override
    public String toString() {
        return "Settings[environment=" + environment + ", proxy=" + proxy + ", gitHubToken="
                + (gitHubToken.isPresent() ? "set" : "none") + ", quay="
                + (quayUsername.isPresent() && quayPassword.isPresent() ? "set" : "none") + "]";
    }
}
