package io.neco.updater;

import io.neco.store.ConfigKey;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoReader;
import io.neco.store.OutsideAccess;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The settings the updater obeys; source: storage/config.go at 1eec387.
 *
 * @param environment none, test, staging, prod, or a word that is not allowed
 * @param checkInterval pause between looking for releases
 * @param workerTimeout how long an update may go without progress
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
     * @throws MalformedValueException when a duration is none, or proxy or token cannot be used
     */
    static Settings read(NecoReader store) {
        return of(store, OutsideAccess.read(store));
    }

    /**
     * Reads them from etcd, without a proxy and without a token that cannot be used.
     *
     * @param leftOut is told so in words for the log, and why
     * @throws MalformedValueException when a duration is none
     */
    static Settings readUsable(NecoReader store, BiConsumer<String, MalformedValueException> leftOut) {
        of(store, OutsideAccess.NONE); // nothing is told of what is left out when there is more that makes no sense
        return of(store, OutsideAccess.readUsable(store, leftOut));
    }

    private static Settings of(NecoReader store, OutsideAccess outside) {
        return new Settings(
                store.environment(),
                store.checkUpdateInterval(),
                store.workerTimeout(),
                store.config(ConfigKey.SLACK),
                outside.proxy(),
                outside.gitHubToken());
    }

    @Override
    public String toString() {
        return "Settings[environment=" + environment + ", checkInterval=" + checkInterval + ", workerTimeout="
                + workerTimeout + "]";
    }
}
