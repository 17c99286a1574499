package io.neco.setup;

import io.neco.artifact.ContainerImage;
import io.neco.host.BootServer;
import io.neco.host.Command;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Identity;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.EtcdConfig;
import io.neco.store.Member;
import io.neco.store.MemberSurvey;
import io.neco.store.NecoConfigFile;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.StoreTimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings etcd back from a snapshot after all its members were lost; run on every boot server with the same snapshot; docs/restore.md.
 * Up to the moment the restored data takes its place nothing is changed, so it may be repeated.
 */
public final class EtcdRestore {
    private static final Logger log = LoggerFactory.getLogger(EtcdRestore.class);
    private static final String WORK = HostPaths.ETCD_DATA_DIR + "/restore.tmp";
    private static final String DATA = HostPaths.ETCD_DATA_DIR + "/member";
    private static final Duration RESTORE_DEADLINE = Duration.ofMinutes(10);
    private static final Duration OTHERS_DEADLINE = Duration.ofMinutes(15);
    /** In which members that have lost their leader find another, if they are enough. */
    private static final Duration ELECTION = Duration.ofSeconds(5);

    private static final List<String> NEEDED = List.of(
            HostPaths.SERVER_CERT_FILE,
            HostPaths.SERVER_KEY_FILE,
            HostPaths.ETCD_PEER_CERT_FILE,
            HostPaths.ETCD_PEER_KEY_FILE,
            HostPaths.ETCD_PEER_CA_FILE,
            HostPaths.ETCD_CLIENT_CA_FILE,
            HostPaths.NECO_CERT_FILE,
            HostPaths.NECO_KEY_FILE,
            HostPaths.SERVER_CA_FILE);
    private static final List<String> RESTARTED =
            List.of("vault", "neco-worker", "neco-updater", "sabakan", "sabakan-state-setter", "ep-agent", "cke");

    private final SetupHost host;
    private final HostFiles files;
    private final Function<EtcdConfig, NecoStore> etcd;
    private final EtcdProbe probe;
    private final Duration patience;
    private final Waiting waiting = new Waiting();

    /**
     * What is to be restored.
     *
     * @param snapshot file with the snapshot
     * @param members logical rack numbers of all servers; empty: as etcd's configuration on this server says
     * @param isForced whether data that is there is set aside
     */
    public record Order(Path snapshot, List<Integer> members, boolean isForced) {
        /** Copies the list. */
        public Order {
            members = List.copyOf(members);
        }
    }

    /**
     * @param host this host
     * @param etcd how etcd is reached
     */
    public EtcdRestore(SetupHost host, Function<EtcdConfig, NecoStore> etcd) {
        this(host, etcd, EtcdProbe.byConnecting(), OTHERS_DEADLINE);
    }

    EtcdRestore(SetupHost host, Function<EtcdConfig, NecoStore> etcd, EtcdProbe probe, Duration patience) {
        this.host = host;
        this.files = host.files();
        this.etcd = etcd;
        this.probe = probe;
        this.patience = patience;
    }

    /**
     * Restores, starts etcd, and waits for the other servers.
     *
     * @param tell told what was done, one sentence each
     * @throws IOException when it is refused, or something fails; the message tells what is in place
     */
    public void run(Order order, Consumer<String> tell) throws IOException, InterruptedException {
        try (SetupLock lock = SetupLock.take(files)) {
            log.atDebug().addKeyValue("lock", lock).log("restore: locked");
            requireCertificates();
            BootServer servers = new BootServer(host.site());
            int me = new Identity(files).logicalRackNumber();
            String config = order.members().isEmpty() ? presentConfig() : newConfig(me, order.members(), servers);
            RestoredCluster planned = RestoredCluster.of(config, me);
            refuseOverData(order.isForced());
            host.commands().run(Command.of("update-ca-certificates")).orThrow();
            installPrograms();
            removeTree(files.path(WORK));
            files.createDirectory(HostPaths.ETCD_DATA_DIR, FileMode.CONTAINER_DIRECTORY);
            files.createDirectory(WORK + "/unpacked", FileMode.CONTAINER_DIRECTORY);
            SnapshotFile snapshot =
                    SnapshotFile.check(order.snapshot(), files.path(WORK + "/unpacked"), etcdctl(), host.commands());
            tell.accept("snapshot: revision " + snapshot.revision() + ", " + snapshot.keys() + " keys, SHA-256 "
                    + snapshot.sha256() + "; it has to be the same on all servers");
            RestoredCluster cluster = planned.from(snapshot.sha256());
            refuseBesideAnotherCluster(cluster, me);
            restore(snapshot, cluster);
            putInPlace(config, tell);
            tell.accept("restored " + cluster.name() + "; etcd is started");
            awaitAll(cluster, me, tell);
            tellNext(tell);
            removeTree(files.path(WORK));
        }
    }

    private void requireCertificates() throws IOException {
        List<String> missing =
                NEEDED.stream().filter(file -> !files.exists(file)).toList();
        if (!missing.isEmpty()) {
            throw new IOException("these files are missing, and Vault, which issues them, needs etcd: "
                    + String.join(", ", missing)
                    + ". Bring /etc/neco, /etc/etcd, /etc/vault and " + HostPaths.SERVER_CA_FILE
                    + " back from this server's own backup first");
        }
    }

    private String presentConfig() throws IOException {
        return files.readIfExists(HostPaths.ETCD_CONFIG_FILE)
                .orElseThrow(() -> new IOException(HostPaths.ETCD_CONFIG_FILE
                        + " is missing, so that the other servers are not known; give the logical rack numbers of all"
                        + " servers, e.g. --members 0,1,2"));
    }

    private static String newConfig(int me, List<Integer> members, BootServer servers) throws IOException {
        if (!members.contains(me)) {
            throw new IOException("this is boot server " + me + " (from " + HostPaths.RACK_FILE
                    + "), which is not among the members given: " + RackNumbers.listed(members));
        }
        return EtcdProgram.newConfig(me, members, servers);
    }

    private boolean isActive() throws IOException, InterruptedException {
        String state = host.commands()
                .run(Command.of("systemctl", "is-active", EtcdProgram.SERVICE + ".service")
                        .silent()
                        .asking())
                .stdout()
                .strip();
        return state.equals("active");
    }

    private void refuseOverData(boolean isForced) throws IOException, InterruptedException {
        if (!files.exists(DATA) || isForced) {
            return;
        }
        throw new IOException("etcd of this server has data in " + DATA + (isActive() ? " and runs" : "")
                + ", so that nothing was changed. For one lost server use `neco replace`; if all servers go back to the"
                + " snapshot, use --force, which stops etcd and sets its data aside");
    }

    /** What a reinstalled host lacks. */
    private void installPrograms() throws IOException, InterruptedException {
        ContainerImage image = host.artifacts().image(EtcdProgram.IMAGE);
        if (!files.exists(EtcdProgram.ETCDCTL)) {
            host.images().pull(image);
            host.images().run(image, "/usr/local/bin", EtcdProgram.TOOLS_MOUNT, List.of(EtcdProgram.INSTALL_TOOLS));
        }
        String unit = HostPaths.serviceUnit(EtcdProgram.SERVICE);
        if (!files.exists(unit)) {
            host.images().pull(image);
            files.write(unit, EtcdProgram.service(host.images().fullName(image)), FileMode.WORLD_READABLE);
        }
    }

    private String etcdctl() {
        return files.path(EtcdProgram.ETCDCTL).toString();
    }

    /**
     * Members that were restored from the same snapshot know this server by the id that follows from it, and no client URL of it as long
     * as it has not been with them.
     */
    private void refuseBesideAnotherCluster(RestoredCluster cluster, int me) throws IOException, InterruptedException {
        BootServer servers = new BootServer(host.site());
        List<Integer> answering = new ArrayList<>();
        for (int lrn : others(cluster, me)) {
            if (probe.answers(servers.node0(lrn))) {
                answering.add(lrn);
            }
        }
        List<Integer> serving = answering.isEmpty() ? List.of() : serving(answering, servers);
        if (serving.isEmpty()) {
            return;
        }
        List<Member> members;
        try (NecoStore store = etcd.apply(config(servers.etcdEndpoints(serving)))) {
            members = store.members();
        }
        Optional<Member> own = members.stream()
                .filter(member -> member.id() == cluster.ownId())
                .findFirst();
        String cure = ". If only this server is lost, run `neco replace " + me
                + "` there and `neco join` here; if all go back to the snapshot, stop etcd on all of them first (`systemctl"
                + " stop " + EtcdProgram.SERVICE + "`)";
        if (own.isEmpty()) {
            throw new IOException("etcd of " + RackNumbers.named(serving)
                    + " serves, but was not restored from this snapshot, so that nothing was changed" + cure);
        }
        if (!own.get().clientUrls().isEmpty()) {
            // the others count on what it had written since then
            throw new IOException("this server was restored from this snapshot before, and "
                    + RackNumbers.named(serving) + " went on with it, so that nothing was changed" + cure);
        }
    }

    /**
     * Those of the servers whose etcd follows a leader. A member that has lost its majority answers all the same, and tells the members it
     * knew; one that was restarted since then listens, and answers nobody.
     */
    private List<Integer> serving(List<Integer> answering, BootServer servers)
            throws IOException, InterruptedException {
        List<Integer> first = led(answering, servers);
        if (!first.isEmpty()) {
            return first;
        }
        long begin = System.nanoTime();
        return waiting.until(
                "making sure that etcd of " + RackNumbers.named(answering) + " has no majority",
                OTHERS_DEADLINE,
                "nothing was changed; try again",
                () -> {
                    boolean isLast = System.nanoTime() - begin >= ELECTION.toNanos();
                    List<Integer> led = led(answering, servers);
                    return isLast || !led.isEmpty() ? Waiting.Look.found(led) : Waiting.Look.notYet("a leader");
                });
    }

    private List<Integer> led(List<Integer> answering, BootServer servers) throws IOException {
        List<Integer> led = new ArrayList<>();
        for (int lrn : answering) {
            String endpoint = servers.etcdEndpoints(List.of(lrn)).get(0);
            try (NecoStore store = etcd.apply(config(List.of(endpoint)))) {
                if (store.health(endpoint).leaderId() != 0) {
                    led.add(lrn);
                }
            } catch (StoreTimeoutException e) {
                log.atDebug().addKeyValue("lrn", lrn).log("restore: etcd listens, but does not answer");
            } catch (StoreException e) {
                // one that ends again and again does not serve, either
                if (probe.answers(servers.node0(lrn))) {
                    throw new IOException(
                            "etcd of boot server " + lrn
                                    + " listens, but it cannot be told whether it serves, so that nothing was changed: "
                                    + e.getMessage() + ". If it does not serve, stop it (`systemctl stop "
                                    + EtcdProgram.SERVICE + "` there), then run this again",
                            e);
                }
            }
        }
        return led;
    }

    private List<Integer> others(RestoredCluster cluster, int me) {
        return cluster.peerUrls().keySet().stream()
                .map(name -> RackNumbers.parse(name.substring(name.lastIndexOf('-') + 1)))
                .filter(lrn -> lrn != me)
                .sorted()
                .toList();
    }

    private void restore(SnapshotFile snapshot, RestoredCluster cluster) throws IOException, InterruptedException {
        String directory = files.path(WORK + "/data").toString();
        host.commands()
                .run(Command.of(
                                etcdctl(),
                                "snapshot",
                                "restore",
                                snapshot.file().toString(),
                                "--name=" + cluster.name(),
                                "--initial-cluster=" + cluster.initialCluster(),
                                "--initial-cluster-token=" + cluster.token(),
                                "--initial-advertise-peer-urls=" + cluster.ownPeerUrl(),
                                "--data-dir=" + directory)
                        .within(RESTORE_DEADLINE))
                .orThrow();
        String owner = HostPaths.CONTAINER_UID + ":" + HostPaths.CONTAINER_UID;
        host.commands()
                .run(Command.of("chown", "--recursive", owner, directory))
                .orThrow();
    }

    private void putInPlace(String config, Consumer<String> tell) throws IOException, InterruptedException {
        // also when it is not active: systemd may be about to start it again
        host.systemd().stopService(EtcdProgram.SERVICE);
        if (files.exists(DATA)) {
            tell.accept("set " + DATA + " aside as " + files.setAside(DATA));
        }
        files.rename(WORK + "/data/member", DATA);
        files.replace(HostPaths.ETCD_CONFIG_FILE, config, FileMode.WORLD_READABLE);
        host.systemd().startService(EtcdProgram.SERVICE);
    }

    private void awaitAll(RestoredCluster cluster, int me, Consumer<String> tell)
            throws IOException, InterruptedException {
        BootServer servers = new BootServer(host.site());
        List<Integer> all = new ArrayList<>(others(cluster, me));
        all.add(me);
        if (!files.exists(HostPaths.NECO_CONFIG_FILE)) {
            files.write(
                    HostPaths.NECO_CONFIG_FILE,
                    NecoConfigFile.render(
                            servers.etcdEndpoints(all.stream().sorted().toList())),
                    FileMode.WORLD_READABLE);
        }
        waiting.until(
                "waiting for etcd of all servers",
                patience,
                "this server is restored and stays so; run `neco etcd restore` with the same snapshot on those that are"
                        + " missing, and see `journalctl -u " + EtcdProgram.SERVICE + "` there",
                () -> {
                    List<Integer> silent = all.stream()
                            .filter(lrn -> !probe.answers(servers.node0(lrn)))
                            .sorted()
                            .toList();
                    if (!silent.isEmpty()) {
                        return Waiting.Look.notYet(RackNumbers.named(silent)
                                + " (restore them with the same snapshot, now and in parallel)");
                    }
                    try (NecoStore store = etcd.apply(config(servers.etcdEndpoints(all)))) {
                        List<String> problems = MemberSurvey.of(store).problems();
                        return problems.isEmpty()
                                ? Waiting.Look.found(all)
                                : Waiting.Look.notYet(String.join("; ", problems));
                    } catch (StoreException e) {
                        return Waiting.Look.notYet(String.valueOf(e.getMessage()));
                    }
                });
        tell.accept("etcd serves: " + String.join(", ", new TreeMap<>(cluster.peerUrls()).keySet()) + " are healthy");
    }

    private EtcdConfig config(List<String> endpoints) {
        return NecoConfigFile.parse(NecoConfigFile.render(endpoints), "the configuration made for " + endpoints);
    }

    private void tellNext(Consumer<String> tell) {
        List<String> installed = RESTARTED.stream()
                .filter(service -> host.systemd().isInstalled(service + ".service"))
                .toList();
        if (!installed.isEmpty()) {
            tell.accept("next, on each server, since they remember what etcd said before: systemctl restart "
                    + String.join(" ", installed));
        }
        tell.accept(
                "Vault is unsealed by its unit if etcd has the unseal key (`neco vault show-unseal-key`), else run `vault"
                        + " operator unseal` on each server");
        tell.accept(
                "then look at `neco status`; what was changed after the snapshot was taken is lost: compare the version"
                        + " it shows with `dpkg-query --show neco`, and run `neco recover` or `neco retry` if an update is stopped");
    }

    private static void removeTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
