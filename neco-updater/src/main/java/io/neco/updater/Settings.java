package io.neco.updater;

import io.neco.store.ConfigKey;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoReader;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
        return of(store, store.proxy(), store.gitHubToken());
    }

    /**
     * Reads them from etcd, without a proxy and without a token that cannot be used.
     *
     * @param leftOut is told so in words for the log, and why
     * @throws MalformedValueException when a duration is none
     */
    static Settings readUsable(NecoReader store, BiConsumer<String, MalformedValueException> leftOut) {
        Settings others = of(store, Optional.empty(), Optional.empty());
        Optional<String> proxy =
                unlessMalformed(store::proxy, e -> leftOut.accept("going on without a proxy until it is mended", e));
        Optional<String> token = unlessMalformed(
                store::gitHubToken, e -> leftOut.accept("going on without a GitHub token until it is mended", e));
        return new Settings(others.environment, others.checkInterval, others.workerTimeout, others.slack, proxy, token);
    }

    private static Settings of(NecoReader store, Optional<String> proxy, Optional<String> gitHubToken) {
        return new Settings(
                store.environment(),
                store.checkUpdateInterval(),
                store.workerTimeout(),
                store.config(ConfigKey.SLACK),
                proxy,
                gitHubToken);
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

    @Override
    public String toString() {
        return "Settings[environment=" + environment + ", checkInterval=" + checkInterval + ", workerTimeout="
                + workerTimeout + "]";
    }
}
