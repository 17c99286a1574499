package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.MemberHealth;
import io.neco.store.NecoConfigFile;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** etcd's first start; source: progs/etcd/install.go and etcd.go at 1eec387. */
final class EtcdPhase {
    private static final Logger log = LoggerFactory.getLogger(EtcdPhase.class);
    private static final String LOCAL = "https://127.0.0.1:2379";
    private static final int PEER_PORT = 2380;
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
    private static final int LEAST_MAJOR = 3;
    private static final int LEAST_MINOR = 1;

    private final SetupHost host;
    private final BootCluster cluster;
    private final Waiting waiting;
    private final EtcdProbe etcd;

    EtcdPhase(SetupHost host, BootCluster cluster, Waiting waiting) {
        this(host, cluster, waiting, EtcdProbe.byConnecting());
    }

    EtcdPhase(SetupHost host, BootCluster cluster, Waiting waiting, EtcdProbe etcd) {
        this.host = host;
        this.cluster = cluster;
        this.waiting = waiting;
        this.etcd = etcd;
    }

    /** Writes etcd's files. */
    void install() throws IOException {
        host.files()
                .write(
                        HostPaths.ETCD_CONFIG_FILE,
                        EtcdProgram.newConfig(cluster.me(), cluster.lrns(), cluster.servers()),
                        FileMode.WORLD_READABLE);
        host.files().createDirectory(HostPaths.ETCD_DATA_DIR, FileMode.CONTAINER_DIRECTORY);
        host.files()
                .write(
                        HostPaths.serviceUnit(EtcdProgram.SERVICE),
                        EtcdProgram.service(
                                host.images().fullName(host.artifacts().image(EtcdProgram.IMAGE))),
                        FileMode.WORLD_READABLE);
    }

    /** Starts etcd. Returns a connection once the cluster answers, i.e. most servers have come this far. */
    NecoStore run() throws IOException, InterruptedException {
        host.systemd().start(EtcdProgram.SERVICE + ".service");
        log.info("etcd: waiting cluster...");
        NecoStore store = await(bootstrapConfig());
        log.info("etcd: setup completed");
        return store;
    }

    /**
     * Makes etcd use the new certificates. It reads them for every connection, so a restart, which would cost the cluster its
     * majority for some seconds, is only needed for an etcd that does not.
     */
    void takeUpCertificates() throws IOException, InterruptedException {
        if (showsNewCertificates()) {
            return;
        }
        log.info("etcd: does not read its certificates anew, so it is restarted");
        host.systemd().restart(EtcdProgram.SERVICE + ".service");
    }

    private boolean showsNewCertificates() throws IOException {
        return ServedCertificate.isCurrent(host.files(), HostPaths.SERVER_CERT_FILE, EtcdProbe.PORT)
                && ServedCertificate.isCurrent(host.files(), HostPaths.ETCD_PEER_CERT_FILE, PEER_PORT);
    }

    /** A connection for the rest of setup, with Neco's own certificate, once etcd answers. */
    NecoStore reconnect() throws IOException, InterruptedException {
        EtcdConfig own = NecoConfigFile.read(host.files());
        return await(new EtcdConfig(
                List.of(LOCAL),
                own.prefix(),
                own.timeout(),
                own.username(),
                own.password(),
                own.tlsCa(),
                own.tlsCert(),
                own.tlsKey()));
    }

    private EtcdConfig bootstrapConfig() {
        return new EtcdConfig(
                List.of(LOCAL),
                "/neco/",
                Duration.ofSeconds(2),
                "",
                "",
                Optional.empty(),
                Optional.of(new EtcdConfig.Pem.InFile(
                        host.files().path(HostPaths.VAULT_CERT_FILE).toString())),
                Optional.of(new EtcdConfig.Pem.InFile(
                        host.files().path(HostPaths.VAULT_KEY_FILE).toString())));
    }

    private NecoStore await(EtcdConfig config) throws IOException, InterruptedException {
        return waiting.until(
                "waiting for a majority of etcd's members",
                Waiting.WHILE_OTHERS_PULL,
                "is neco setup running on all servers? See `journalctl -u " + EtcdProgram.SERVICE + "`",
                () -> look(config));
    }

    private Waiting.Look<NecoStore> look(EtcdConfig config) throws IOException, InterruptedException {
        // a refused connection is the common case and costs nothing to find out
        Waiting.Look<NecoStore> seen = etcd.answers("127.0.0.1")
                ? EtcdCalls.look(() -> connect(config))
                : Waiting.Look.notYet("etcd of this host does not listen yet");
        return seen.telling(() -> cluster.withoutEtcd(etcd));
    }

    private static Waiting.Look<NecoStore> connect(EtcdConfig config) {
        NecoStore store = EtcdStore.open(config);
        try {
            store.members();
            MemberHealth health = store.health(LOCAL);
            if (isNewEnough(health.version()) && health.leaderId() != 0) {
                return Waiting.Look.found(store);
            }
            store.close();
            return Waiting.Look.notYet(
                    health.leaderId() == 0 ? "a leader" : "etcd 3.1 or newer; it is " + health.version());
        } catch (StoreException e) {
            store.close();
            throw e;
        }
    }

    /** The reference asks for 3.1. */
    static boolean isNewEnough(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.lookingAt()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        return major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR);
    }
}
