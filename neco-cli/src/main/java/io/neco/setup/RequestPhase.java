package io.neco.setup;

import io.neco.store.ConfigKey;
import io.neco.store.LeaderKey;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import io.neco.update.UpdateRequest;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of setup: the leader locks the doors and writes the first update request, for which the others wait; source: setup/setup.go at
 * 1eec387, where the request comes first and nobody waits for it, so that workers start beside all that is still to be done.
 */
final class RequestPhase {
    private static final Logger log = LoggerFactory.getLogger(RequestPhase.class);

    private static final int FORBIDDEN = 403;
    /** What the leader has to do takes a second. */
    private static final Duration LEADERS_TURN = Duration.ofMinutes(1);

    private final SetupHost host;
    private final BootCluster cluster;
    private final SetupRequest request;
    private final Waiting waiting;
    private final EtcdCalls calls;

    RequestPhase(SetupHost host, BootCluster cluster, SetupRequest request, Waiting waiting) {
        this.host = host;
        this.cluster = cluster;
        this.request = request;
        this.waiting = waiting;
        this.calls = new EtcdCalls(waiting);
    }

    /** The leader's part. May be run again after it has failed, or was ended, at any point. */
    void run(NecoStore store, VaultClient vault) throws IOException, InterruptedException {
        // first: the updaters of others write a request as soon as they see the release
        calls.write(
                "waiting for etcd to take the proxy",
                () -> request.proxy().ifPresent(proxy -> store.putConfig(ConfigKey.PROXY, proxy)));
        if (request.isRootTokenRevoked()) {
            revoke(store, vault);
        }
        calls.write("waiting for etcd to take its users", () -> {
            store.ensureUser("root", Optional.empty());
            store.ensureUser("backup", Optional.empty());
            store.ensureUser("vault", Optional.of("/vault/"));
            store.ensureUser("neco", Optional.empty());
        });
        calls.write("waiting for etcd to turn on its authentication", store::enableAuth);
        log.info("etcd: auth enabled");
        calls.write("waiting for etcd to take the first update request", () -> ask(store));
    }

    private void ask(NecoStore store) throws IOException, InterruptedException {
        if (store.snapshot().request().isEmpty()) {
            String version = host.dpkg().installedVersion("neco");
            store.putNecoRelease(version, LeaderKey.SETUP);
            OffsetDateTime now = OffsetDateTime.ofInstant(host.clock().instant(), ZoneOffset.UTC);
            store.putRequest(new UpdateRequest(version, cluster.lrns(), false, now), LeaderKey.SETUP);
        }
    }

    /** The others' part, after which their services may start. A leader that fails does not keep them from it. */
    void await(NecoStore store) throws IOException, InterruptedException {
        try {
            waiting.until(
                    "waiting for boot server " + cluster.leader() + " to request the first update",
                    LEADERS_TURN,
                    "see the output of neco setup there",
                    () -> EtcdCalls.look(
                            () -> isRequested(store) ? Waiting.Look.found(cluster) : Waiting.Look.notYet("")));
        } catch (Waiting.GaveUpException e) {
            log.warn("{}; the services are started all the same", e.getMessage());
        }
    }

    private static boolean isRequested(NecoStore store) {
        try {
            return store.snapshot().request().isPresent();
        } catch (MalformedValueException e) {
            return true; // whoever works with it says what is wrong
        }
    }

    private void revoke(NecoStore store, VaultClient vault) throws IOException, InterruptedException {
        Optional<String> token = calls.read(
                "waiting for etcd to tell Vault's root token", () -> store.secret(SecretKey.VAULT_ROOT_TOKEN));
        if (token.isEmpty()) {
            return;
        }
        try {
            vault.withToken(token.get()).revokeSelf();
        } catch (VaultRequestException e) {
            if (e.status() != FORBIDDEN) {
                throw e;
            }
            log.info("vault: the root token is revoked already");
        }
        calls.write(
                "waiting for etcd to forget Vault's root token", () -> store.deleteSecret(SecretKey.VAULT_ROOT_TOKEN));
    }
}
