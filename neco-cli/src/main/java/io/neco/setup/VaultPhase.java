package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.vault.VaultCa;
import io.neco.program.vault.VaultPolicies;
import io.neco.program.vault.VaultProgram;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import io.neco.vault.PkiRole;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import io.neco.vault.VaultKeys;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Vault's first start: the leader makes it what it is, the others unseal theirs; source: setup/vault.go at 1eec387. */
final class VaultPhase {
    private static final Logger log = LoggerFactory.getLogger(VaultPhase.class);
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(60);
    private static final Duration OTHERS_DEADLINE = Duration.ofMinutes(10);
    private static final int FORBIDDEN = 403;
    private static final String JOURNAL = "see `journalctl -u vault`";

    private final SetupHost host;
    private final BootCluster cluster;
    private final Waiting waiting;
    private final EtcdCalls calls;
    private final Supplier<VaultClient> connector;
    private final EtcdProbe etcd;

    VaultPhase(SetupHost host, BootCluster cluster, Waiting waiting, Supplier<VaultClient> connector) {
        this(host, cluster, waiting, connector, EtcdProbe.byConnecting());
    }

    VaultPhase(SetupHost host, BootCluster cluster, Waiting waiting, Supplier<VaultClient> connector, EtcdProbe etcd) {
        this.host = host;
        this.cluster = cluster;
        this.waiting = waiting;
        this.calls = new EtcdCalls(waiting);
        this.connector = connector;
        this.etcd = etcd;
    }

    /**
     * Starts Vault and unseals it.
     *
     * @param authorities what the leader has made before
     * @return a client of this host's Vault with the root token
     */
    VaultClient run(NecoStore store, Map<VaultCa, String> authorities) throws IOException, InterruptedException {
        host.systemd().start(VaultProgram.SERVICE + ".service");
        log.info("vault: installed");
        VaultClient client = connector.get();
        if (cluster.isLeader()) {
            awaitAnswer(client);
            boot(client, store, authorities);
        } else {
            String key = waiting.until(
                    "waiting for Vault's unseal key from boot server " + cluster.leader(),
                    OTHERS_DEADLINE,
                    "see the output of neco setup on boot server " + cluster.leader(),
                    () -> EtcdCalls.look(() -> store.secret(SecretKey.VAULT_UNSEAL_KEY)
                            .map(Waiting.Look::found)
                            .orElseGet(() -> Waiting.Look.notYet(""))));
            awaitAnswer(client);
            unseal(client, key);
        }
        String token = rootToken(store)
                .orElseThrow(() -> new IOException(
                        "vault-root-token is not in etcd although the unseal key is; setup has to be started over"));
        VaultClient rooted = client.withToken(token);
        awaitLeader(rooted);
        return rooted;
    }

    /**
     * Lets a Vault that was set up before serve again.
     *
     * @return a client of this host's Vault, with the root token if that is still known
     */
    VaultClient startAgain(NecoStore store) throws IOException, InterruptedException {
        host.systemd().start(VaultProgram.SERVICE + ".service");
        VaultClient client = connector.get();
        if (awaitAnswer(client).isSealed()) {
            String key = calls.read(
                            "waiting for etcd to tell Vault's unseal key",
                            () -> store.secret(SecretKey.VAULT_UNSEAL_KEY))
                    .orElseThrow(() -> new IOException("Vault is sealed and its unseal key is not in etcd; unseal it"
                            + " (`vault operator unseal`), then run this again"));
            unseal(client, key);
        }
        Optional<String> token = rootToken(store);
        if (token.isEmpty()) {
            return client;
        }
        VaultClient rooted = client.withToken(token.get());
        awaitLeader(rooted);
        return rooted;
    }

    /** @param key from etcd */
    private static void unseal(VaultClient client, String key) throws IOException {
        try {
            client.unseal(key);
        } catch (VaultRequestException e) {
            throw UnsealKeyException.of(e);
        }
    }

    private Optional<String> rootToken(NecoStore store) throws IOException, InterruptedException {
        return calls.read(
                "waiting for etcd to tell Vault's root token", () -> store.secret(SecretKey.VAULT_ROOT_TOKEN));
    }

    /** Waits until some server's Vault is active and this one reaches it. */
    void awaitLeader(VaultClient client) throws IOException, InterruptedException {
        waiting.until(
                "waiting for Vault's active server",
                OTHERS_DEADLINE,
                "vault leader is not elected; " + JOURNAL + " here and on boot server " + cluster.leader()
                        + ", whose Vault is the first to be active",
                () -> lookForLeader(client).telling(() -> cluster.withoutEtcd(etcd)));
    }

    private static Waiting.Look<VaultClient> lookForLeader(VaultClient client) throws IOException {
        try {
            client.requireLeader();
            return Waiting.Look.found(client);
        } catch (VaultRequestException e) {
            // a setup that is finished later may find its token revoked, and somebody must have said so
            return e.status() == FORBIDDEN
                    ? Waiting.Look.found(client)
                    : Waiting.Look.notYet(String.valueOf(e.getMessage()));
        }
    }

    /** Makes Vault use the new certificates. */
    void takeUpCertificates() throws IOException, InterruptedException {
        try {
            VaultReload.bySignal(host.files(), host.images()).run();
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("vault: has not read its certificates anew, so it is restarted");
            host.systemd().restart(VaultProgram.SERVICE + ".service");
        }
    }

    /** Writes Vault's files. */
    void install() throws IOException {
        host.files()
                .write(
                        HostPaths.VAULT_CONFIG_FILE,
                        VaultProgram.config(cluster.me(), cluster.lrns(), cluster.servers()),
                        FileMode.WORLD_READABLE);
        host.files()
                .write(
                        HostPaths.serviceUnit(VaultProgram.SERVICE),
                        VaultProgram.service(
                                host.images().fullName(host.artifacts().image(VaultProgram.IMAGE))),
                        FileMode.WORLD_READABLE);
    }

    private VaultHealth awaitAnswer(VaultClient client) throws IOException, InterruptedException {
        return waiting.until("waiting for this host's Vault", ANSWER_DEADLINE, JOURNAL, () -> {
            try {
                VaultHealth health = client.health();
                return Waiting.Look.found(health);
            } catch (VaultRequestException e) {
                return Waiting.Look.notYet("");
            }
        });
    }

    /** Once unsealed it stands for election, and refuses everything until it has won. */
    private void awaitActive(VaultClient client) throws IOException, InterruptedException {
        waiting.until("waiting for this host's Vault to be active", ANSWER_DEADLINE, JOURNAL, () -> {
            try {
                VaultHealth health = client.health();
                return health.state().equals("active")
                        ? Waiting.Look.found(health)
                        : Waiting.Look.notYet("it is " + health.state());
            } catch (VaultRequestException e) {
                return Waiting.Look.notYet(String.valueOf(e.getMessage()));
            }
        });
    }

    private void boot(VaultClient anonymous, NecoStore store, Map<VaultCa, String> authorities)
            throws IOException, InterruptedException {
        VaultKeys keys = anonymous.initialize();
        anonymous.unseal(keys.unsealKey());
        awaitActive(anonymous);
        VaultClient client = anonymous.withToken(keys.rootToken());
        client.enableStdoutAudit();
        for (VaultCa ca : VaultCa.all()) {
            client.mountPki(ca.mount(), VaultCa.CERTIFICATE_TTL, VaultCa.CA_TTL);
            client.importCa(ca.mount(), java.util.Objects.requireNonNull(authorities.get(ca), "no bundle of " + ca));
        }
        for (VaultCa ca : VaultCa.all()) {
            client.writeRole(ca.mount(), VaultCa.SYSTEM_ROLE, BootstrapVault.role(ca, VaultCa.CERTIFICATE_TTL));
        }
        client.writeRole(VaultCa.ETCD_CLIENT.mount(), VaultCa.HUMAN_ROLE, PkiRole.client("2h", "24h"));
        client.writePolicy(VaultPolicies.ADMIN, VaultPolicies.admin());
        client.writePolicy(VaultPolicies.CA_ADMIN, VaultPolicies.caAdmin());
        client.enableApprole();
        // they are nowhere else
        calls.write("waiting for etcd to take Vault's keys", () -> {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, keys.rootToken());
            // the second one releases the other servers
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, keys.unsealKey());
        });
        log.info("vault: booted");
    }
}
