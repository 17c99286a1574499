package io.neco.setup;

import io.neco.artifact.ContainerImage;
import io.neco.host.Command;
import io.neco.host.HostPaths;
import io.neco.http.HttpClients;
import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultCa;
import io.neco.program.vault.VaultProgram;
import io.neco.store.ClusterHealth;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.StoreTimeoutException;
import io.neco.vault.Certificate;
import io.neco.vault.CertificateRequest;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a server into a running cluster. Nothing of the cluster is changed before the last phase, which registers it; the updater then
 * lets all servers walk the steps, in which the newcomer gets etcd, Vault and the rest. May be repeated after a failure.
 *
 * <p>Source: pkg/neco/cmd/join.go at 1eec387; see docs/life.md.
 */
public final class Join {
    private static final Logger log = LoggerFactory.getLogger(Join.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);
    private static final String PREFIX = "/neco/";
    private static final int FORBIDDEN = 403;

    private final SetupHost host;
    private final List<Integer> given;
    private final OperatorVault vaults;
    private final Function<EtcdConfig, NecoStore> etcd;
    private final Patience patience;
    private final Waiting waiting = new Waiting();
    private final Instant started;
    private final SetupJournal journal;
    private String phase = "checks";

    /**
     * How long to wait.
     *
     * @param vault for some boot server's Vault
     * @param health for etcd's members
     * @param images for images to be pulled
     */
    record Patience(Duration vault, Duration health, Duration images) {
        static final Patience STANDARD =
                new Patience(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(10));
    }

    /**
     * @param host what join may use of this host
     * @param given logical rack numbers of servers of the cluster
     * @param vaults how Vault is reached
     * @param etcd how etcd is reached
     */
    public Join(SetupHost host, List<Integer> given, OperatorVault vaults, Function<EtcdConfig, NecoStore> etcd) {
        this(host, given, vaults, etcd, Patience.STANDARD);
    }

    Join(
            SetupHost host,
            List<Integer> given,
            OperatorVault vaults,
            Function<EtcdConfig, NecoStore> etcd,
            Patience patience) {
        this.host = host;
        this.given = List.copyOf(given);
        this.vaults = vaults;
        this.etcd = etcd;
        this.patience = patience;
        this.started = host.clock().instant();
        this.journal = SetupJournal.ofJoin(host.files());
    }

    /**
     * Joins.
     *
     * @throws IOException when a check or a phase fails; the message tells why and what to do
     */
    public void run() throws IOException, InterruptedException {
        try (SetupLock lock = SetupLock.take(host.files())) {
            log.atDebug().addKeyValue("lock", lock).log("join: locked");
            Preconditions.Checked checked = new Preconditions(host).checkNewcomer(given);
            BootCluster cluster = checked.cluster();
            trust();
            VaultClient vault = vaults.logIn(awaitVault());
            Certificate own = firstCertificate(vault);
            try (NecoStore store = connect(cluster, own)) {
                Optional<SetupJournal.Entry> earlier = journal.read();
                Admission admission = Admission.decide(cluster.me(), given, store.snapshot(), store.members(), earlier);
                tell(cluster, admission, earlier);
                requireHealth(store);
                try {
                    phases(cluster, checked.bastion(), admission, vault, store);
                } catch (IOException | StoreException e) {
                    throw failed(e, String.valueOf(e.getMessage()));
                } catch (InterruptedException e) {
                    throw failed(e, "it was told to stop");
                }
            }
        }
    }

    /** The one thing that cannot be had over the network, as nothing that comes from there can be trusted before. */
    private void trust() throws IOException, InterruptedException {
        if (!host.files().exists(HostPaths.SERVER_CA_FILE)) {
            throw new IOException(HostPaths.SERVER_CA_FILE
                    + " is missing: it is the cluster's certificate authority, by which this host knows whom it tells the"
                    + " Vault token. Copy that file from another boot server to the same place, then run this again");
        }
        host.commands().run(Command.of("update-ca-certificates")).orThrow();
    }

    private VaultClient awaitVault() throws IOException, InterruptedException {
        return waiting.until(
                "waiting for Vault of " + RackNumbers.named(given),
                patience.vault(),
                "see `journalctl -u " + VaultProgram.SERVICE + "` there, and whether " + HostPaths.SERVER_CA_FILE
                        + " is that cluster's",
                () -> {
                    List<String> reasons = new ArrayList<>();
                    for (int lrn : given) {
                        VaultClient client = vaults.connect(lrn);
                        try {
                            VaultHealth health = client.health();
                            if (health.isInitialized() && !health.isSealed()) {
                                log.atInfo()
                                        .addKeyValue("address", client.address())
                                        .log("join: uses this Vault");
                                return Waiting.Look.found(client);
                            }
                            reasons.add("boot server " + lrn + " (it is " + health.state() + ")");
                        } catch (VaultRequestException e) {
                            reasons.add("boot server " + lrn + " (" + e.getMessage() + ")");
                        }
                    }
                    return Waiting.Look.notYet(String.join(", ", reasons));
                });
    }

    /** Kept in memory: with it etcd is looked at before anything is written. */
    private static Certificate firstCertificate(VaultClient vault) throws IOException {
        try {
            return vault.issue(
                    VaultCa.ETCD_CLIENT.mount(),
                    VaultCa.SYSTEM_ROLE,
                    CertificateRequest.client(CertificatePhase.NECO_USER));
        } catch (VaultRequestException e) {
            if (e.status() != FORBIDDEN) {
                throw e;
            }
            throw new IOException(
                    "Vault knows you not, or does not let you issue certificates; use a token, or a user, that has the"
                            + " policy ca-admin and has not expired: " + e.getMessage(),
                    e);
        }
    }

    /** Members may just be restarting at the end of an update. */
    private NecoStore connect(BootCluster cluster, Certificate own) throws IOException, InterruptedException {
        EtcdConfig config = new EtcdConfig(
                cluster.servers().etcdEndpoints(given),
                PREFIX,
                REQUEST_TIMEOUT,
                "",
                "",
                Optional.empty(),
                Optional.of(new EtcdConfig.Pem.Literal(own.certificate())),
                Optional.of(new EtcdConfig.Pem.Literal(own.privateKey())));
        return waiting.until(
                "waiting for etcd of " + RackNumbers.named(given),
                patience.health(),
                "nothing was changed; see `journalctl -u " + EtcdProgram.SERVICE + "` there",
                () -> EtcdCalls.look(() -> Waiting.Look.found(etcd.apply(config))));
    }

    private void tell(BootCluster cluster, Admission admission, Optional<SetupJournal.Entry> earlier) {
        log.atInfo()
                .addKeyValue("lrn", cluster.me())
                .addKeyValue("servers", admission.servers())
                .log("join: started");
        admission.notes().forEach(note -> log.warn("join: " + note));
        earlier.filter(entry -> entry.completed().isEmpty())
                .ifPresent(entry -> log.atInfo()
                        .addKeyValue("phase", entry.phase())
                        .log("join: found an earlier join that was not completed; finishes it"));
        if (host.files().exists(HostPaths.ETCD_DATA_DIR + "/member") && !isRunning(EtcdProgram.SERVICE)) {
            log.atWarn()
                    .addKeyValue("path", HostPaths.ETCD_DATA_DIR + "/member")
                    .log("join: found etcd's data of an earlier life; the update sets it aside");
        }
    }

    private boolean isRunning(String service) {
        return EtcdProbe.byConnecting().answers("127.0.0.1") && host.files().exists(HostPaths.serviceUnit(service));
    }

    /** A member more while another is out would bring etcd closer to standing still. */
    private void requireHealth(NecoStore store) throws IOException, InterruptedException {
        log.info("join: waiting for all members of etcd to be healthy");
        try {
            new ClusterHealth(store).awaitAllHealthy(store.members().size(), patience.health());
        } catch (StoreTimeoutException e) {
            throw new IOException(
                    "the cluster is not healthy, so that nothing was changed: " + e.getMessage()
                            + ". Bring that server back; if it is lost, run `neco replace LRN` or `neco leave LRN` on another"
                            + " boot server",
                    e);
        }
    }

    private void phases(BootCluster cluster, String bastion, Admission admission, VaultClient vault, NecoStore store)
            throws IOException, InterruptedException {
        begin(cluster, "certificates");
        new CertificatePhase(host, cluster, bastion)
                .run(vault, cluster.servers().etcdEndpoints(admission.servers()));
        begin(cluster, "services");
        if (!store.snapshot().servers().contains(cluster.me())) {
            endFormerServices(); // of an attempt that came to register this server the update's may run already
        }
        // not registered yet, so they wait; the worker gives the container engine its proxy
        host.systemd().startService("neco-worker");
        host.systemd().startService("neco-updater");
        begin(cluster, "images");
        pull(store);
        new ToolsPhase(host, cluster).runAll();
        begin(cluster, "register");
        new EtcdCalls(waiting, patience.health()).write("waiting for etcd to register this server", () -> {
            for (String name : new String[] {EtcdProgram.IMAGE, VaultProgram.IMAGE}) {
                store.recordContainerTag(
                        cluster.me(), name, host.artifacts().image(name).tag());
            }
            store.registerBootServer(cluster.me());
        });
        journal.complete(cluster, started, host.clock().instant());
        // of a setup that never came to its end, e.g. with wrong numbers: it must not be finished, or started over, any
        // more
        host.files().deleteIfExists(SetupJournal.FILE);
        log.atInfo()
                .addKeyValue("lrn", cluster.me())
                .log(
                        "join: completed; neco-updater now lets all boot servers walk the steps with this one, see `neco status"
                                + " --watch`");
    }

    /**
     * A server that has left may still have them, of a version that the others do not run any more. Without the units nothing starts them
     * before the update brings this release's.
     */
    private void endFormerServices() throws IOException, InterruptedException {
        boolean isReloadNeeded = false;
        for (String service : List.of(VaultProgram.SERVICE, EtcdProgram.SERVICE)) {
            String unit = HostPaths.serviceUnit(service);
            if (host.files().exists(unit)) {
                host.systemd().stopService(service);
                host.systemd().disableService(service);
                log.atWarn()
                        .addKeyValue("path", unit)
                        .addKeyValue("moved_to", host.files().setAside(unit))
                        .log("join: stopped a service of an earlier life; its unit was set aside");
                isReloadNeeded = true;
            }
        }
        if (isReloadNeeded) { // systemd remembers the units until then
            host.commands().run(Command.of("systemctl", "daemon-reload")).orThrow();
        }
    }

    /** Where images cannot be had the first step would fail, and end the update for all. */
    private void pull(NecoStore store) throws IOException, InterruptedException {
        String proxy = new EtcdCalls(waiting, patience.health())
                .read("waiting for etcd to tell the proxy", () -> store.config(ConfigKey.PROXY))
                .orElse("");
        String advice = proxy.isEmpty()
                ? "see whether docker of this host reaches the registry; no proxy is set (`neco config set proxy URL`)"
                : "see whether docker of this host reaches the registry through the proxy "
                        + HttpClients.shownProxy(proxy)
                        + ", which neco-worker sets (`journalctl -u neco-worker`)";
        for (String name : new String[] {EtcdProgram.IMAGE, VaultProgram.IMAGE}) {
            ContainerImage image = host.artifacts().image(name);
            log.atInfo()
                    .addKeyValue("image", host.images().fullName(image))
                    .addKeyValue("deadline", patience.images())
                    .log("join: pulls an image unless it is there");
            long begin = System.nanoTime();
            waiting.until("waiting for image " + host.images().fullName(image), patience.images(), advice, () -> {
                try {
                    host.images().pull(image, patience.images().minusNanos(System.nanoTime() - begin));
                    return Waiting.Look.found(image);
                } catch (IOException e) {
                    return Waiting.Look.notYet(String.valueOf(e.getMessage()));
                }
            });
        }
    }

    private void begin(BootCluster cluster, String name) throws IOException {
        phase = name;
        journal.begin(cluster, name, started);
        log.atInfo().addKeyValue("phase", name).log("join: begins a phase");
    }

    private IOException failed(Exception cause, String reason) {
        return new IOException(
                "join failed in phase " + phase + ": " + reason
                        + ". The others do not depend on this server yet; run the same"
                        + " command again, it finishes what was begun",
                cause);
    }
}
