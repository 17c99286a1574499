package io.neco.worker.step;

import io.neco.store.ConfigKey;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoReader;
import io.neco.store.OutsideAccess;
import java.util.Optional;
import java.util.function.BiConsumer;

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
     * @throws MalformedValueException when proxy or token cannot be used
     */
    public static Settings read(NecoReader store) {
        return of(store, OutsideAccess.read(store));
    }

    /**
     * Reads them from etcd, without a proxy and without a token that cannot be used.
     *
     * @param leftOut is told so in words for the log, and why
     */
    public static Settings readUsable(NecoReader store, BiConsumer<String, MalformedValueException> leftOut) {
        return of(store, OutsideAccess.readUsable(store, leftOut));
    }

    private static Settings of(NecoReader store, OutsideAccess outside) {
        return new Settings(
                store.environment(),
                outside.proxy(),
                outside.gitHubToken(),
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
