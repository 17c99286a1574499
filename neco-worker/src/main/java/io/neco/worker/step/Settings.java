package io.neco.worker.step;

import io.neco.store.ConfigKey;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoReader;
import io.neco.store.OutsideAccess;
import io.neco.store.RefusedSetting;
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
     * @throws MalformedValueException when proxy or token cannot be used
     */
    public static Settings read(NecoReader store) {
        return of(store, OutsideAccess.read(store));
    }

    /** Reads them from etcd for the first time, without a proxy and without a token that cannot be used. */
    public static Settings first(NecoReader store, RefusedSetting refused) {
        return of(store, OutsideAccess.readUsable(store, OutsideAccess.NONE, refused));
    }

    /** Reads them from etcd again; proxy and token of these settings stay in force instead of what cannot be used. */
    public Settings changed(NecoReader store, RefusedSetting refused) {
        return of(store, OutsideAccess.readUsable(store, new OutsideAccess(proxy, gitHubToken), refused));
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
