package io.neco.updater;

import io.neco.store.ConfigKey;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoReader;
import io.neco.store.OutsideAccess;
import io.neco.store.RefusedSetting;
import java.time.Duration;
import java.util.Optional;

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
     * Reads them from etcd for the first time, without a proxy and without a token that cannot be used.
     *
     * @throws MalformedValueException when a duration is none; nothing is told of what is left out then
     */
    static Settings first(NecoReader store, RefusedSetting refused) {
        return of(
                store,
                store.checkUpdateInterval(),
                store.workerTimeout(),
                OutsideAccess.readUsable(store, OutsideAccess.NONE, refused));
    }

    /** Reads them from etcd again; of these settings stays in force what makes no sense there. */
    Settings changed(NecoReader store, RefusedSetting refused) {
        return of(
                store,
                refused.orBefore(
                        store::checkUpdateInterval,
                        checkInterval,
                        RefusedSetting.withPrevious("check-update-interval")),
                refused.orBefore(store::workerTimeout, workerTimeout, RefusedSetting.withPrevious("worker-timeout")),
                OutsideAccess.readUsable(store, new OutsideAccess(proxy, gitHubToken), refused));
    }

    private static Settings of(
            NecoReader store, Duration checkInterval, Duration workerTimeout, OutsideAccess outside) {
        return new Settings(
                store.environment(),
                checkInterval,
                workerTimeout,
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
