package io.neco.updater;

import io.neco.store.ConfigKey;
import io.neco.store.NecoReader;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings the updater obeys; source: storage/config.go at 1eec387.
 *
 * @param environment none, test, staging, prod, or a word that is not allowed
 * @param checkInterval pause between looking for releases
 * @param workerTimeout how long an update may take
 * @param slack webhook to notify; a secret
 * @param proxy for everything outside
 * @param gitHubToken for the release server; a secret
 */
record Settings(
        String environment,
        Duration checkInterval,
        Duration workerTimeout,
        Optional<String> slack,
        Optional<String> proxy,
        Optional<String> gitHubToken) {

    /**
     * Reads them from etcd.
     *
     * @throws io.neco.store.MalformedValueException when a duration is none, or the proxy cannot be used
     */
    static Settings read(NecoReader store) {
        return read(store, store.proxy());
    }

    /** Reads all but the proxy. */
    static Settings withoutProxy(NecoReader store) {
        return read(store, Optional.empty());
    }

    private static Settings read(NecoReader store, Optional<String> proxy) {
        return new Settings(
                store.environment(),
                store.checkUpdateInterval(),
                store.workerTimeout(),
                store.config(ConfigKey.SLACK),
                proxy,
                store.config(ConfigKey.GITHUB_TOKEN));
    }

    @Override
    public String toString() {
        return "Settings[environment=" + environment + ", checkInterval=" + checkInterval + ", workerTimeout="
                + workerTimeout + "]";
    }
}
