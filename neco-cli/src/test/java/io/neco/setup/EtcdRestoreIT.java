package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.ProcessCommandRunner;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.program.etcd.EtcdProgram;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restoration on a scratch tree, with the real etcdctl, and a real etcd that stands for the other servers'. */
class EtcdRestoreIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().named("boot-");

    @TempDir
    static Path shared;

    private static Path snapshot;

    @TempDir
    private Path root;

    private final List<String> told = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private FakeHost host;
    private Set<String> answering = Set.of();
    private String state = "inactive";
    private EtcdCluster others = ETCD;

    @BeforeAll
    static void save() throws Exception {
        EtcdConfig config = ETCD.config();
        try (EtcdStore store = EtcdStore.open(config)) {
            store.registerBootServer(7);
        }
        snapshot = shared.resolve("snapshot");
        new ProcessCommandRunner()
                .run(Command.of(
                        "etcdctl", "--endpoints=" + config.endpoints().get(0), "snapshot", "save", snapshot.toString()))
                .orThrow();
    }

    @BeforeEach
    void fill() throws IOException {
        host = new FakeHost(root);
        write("/etc/neco/rack", "0\n");
        write("/etc/etcd/etcd.conf.yml", EtcdProgram.newConfig(0, List.of(0, 1), new BootServer(Site.defaults())));
        write("/usr/local/bin/etcdctl", "");
        write("/etc/systemd/system/etcd-container.service", "[Unit]\n");
        write("/etc/systemd/system/vault.service", "[Unit]\n");
        for (String file : List.of(
                "/etc/neco/server.crt",
                "/etc/neco/server.key",
                "/etc/etcd/peer.crt",
                "/etc/etcd/peer.key",
                "/etc/etcd/ca-peer.crt",
                "/etc/etcd/ca-client.crt",
                "/etc/neco/etcd.crt",
                "/etc/neco/etcd.key",
                "/usr/local/share/ca-certificates/neco.crt",
                "/etc/neco/config.yml")) {
            write(file, "x\n");
        }
    }

    private void write(String file, String text) throws IOException {
        host.files.write(file, text, FileMode.WORLD_READABLE);
    }

    /** etcdctl and tar are real, the rest is noted. */
    private CommandResult run(Command command) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(command.argv());
        commands.add(String.join(" ", argv).replace(root.toString(), ""));
        if (argv.get(0).endsWith("/etcdctl")) {
            argv.set(0, "etcdctl");
            return new ProcessCommandRunner().run(Command.of(argv));
        }
        if (argv.get(0).equals("tar")) {
            return new ProcessCommandRunner().run(command);
        }
        return new CommandResult(command, 0, argv.contains("is-active") ? state + "\n" : "", "");
    }

    private void restore(Path file, boolean isForced, Integer... members) throws IOException, InterruptedException {
        SetupHost noting = new SetupHost(
                host.files,
                this::run,
                new Systemd(this::run, host.files),
                host.host().dpkg(),
                host,
                host,
                host.host().artifacts(),
                Site.defaults(),
                "boot-0",
                host.host().clock());
        new EtcdRestore(noting, this::open, node0 -> answering.contains(node0) || isStarted(), Duration.ofSeconds(5))
                .run(new EtcdRestore.Order(file, List.of(members), isForced), told::add);
    }

    /** What listens on the port of another server is etcd on a loopback port here. */
    private NecoStore open(EtcdConfig wanted) {
        if (isStarted()) {
            return EtcdStore.open(ETCD.config());
        }
        String endpoint = others.endpoint(others.size() - 1);
        NecoStore store = EtcdStore.open(others.config("neco", List.of(endpoint)));
        return (NecoStore) Proxy.newProxyInstance(
                NecoStore.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    Object[] changed = method.getName().equals("health") ? new Object[] {endpoint} : arguments;
                    try {
                        return method.invoke(store, changed);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private boolean isStarted() {
        return commands.contains("systemctl start etcd-container.service");
    }

    private boolean hasData() {
        return host.files.exists("/var/lib/etcd-container/member/snap/db");
    }

    @Test
    void putsTheRestoredDataInPlaceStartsEtcdAndWaitsForAll() throws Exception {
        restore(snapshot, false);

        assertThat(hasData()).isTrue();
        assertThat(host.files.exists("/var/lib/etcd-container/restore.tmp")).isFalse();
        assertThat(commands)
                .containsSubsequence(
                        "chown --recursive 10000:10000 /var/lib/etcd-container/restore.tmp/data",
                        "systemctl enable etcd-container.service",
                        "systemctl start etcd-container.service");
        assertThat(commands)
                .anyMatch(c -> c.contains("--name=boot-0")
                        && c.contains("--initial-cluster=boot-0=https://10.69.0.3:2380,boot-1=https://10.69.0.195:2380")
                        && c.matches(".*--initial-cluster-token=boot-cluster-[0-9a-f]{12} .*"));
        assertThat(told.get(0)).matches("snapshot: revision \\d+, \\d+ keys, SHA-256 [0-9a-f]{64}; .*");
        assertThat(told).contains("etcd serves: boot-0, boot-1 are healthy");
        assertThat(told).anyMatch(line -> line.endsWith("systemctl restart vault"));
    }

    @Test
    void unpacksWhatTheHourlyBackupHasWritten() throws Exception {
        Path packed = root.resolve("snapshot-20220525_010203.tar.gz");
        new ProcessCommandRunner()
                .run(Command.of("tar", "-czf", packed.toString(), "-C", shared.toString(), "snapshot"))
                .orThrow();

        restore(packed, false);

        assertThat(hasData()).isTrue();
    }

    @Test
    void damagedSnapshotsAreRefusedBeforeAnythingIsChanged() throws IOException {
        byte[] data = Files.readAllBytes(snapshot);
        Path cut = Files.write(root.resolve("cut"), java.util.Arrays.copyOf(data, data.length / 2 / 512 * 512));
        data[data.length / 2] ^= 1;
        Path damaged = Files.write(root.resolve("damaged"), data);

        assertThatThrownBy(() -> restore(cut, false)).hasMessageContaining("does not end with a checksum");
        assertThatThrownBy(() -> restore(damaged, false)).hasMessageContaining("its checksum is wrong");
        assertThatThrownBy(() -> restore(root.resolve("none"), false)).hasMessageContaining("there is no file");
        assertThat(hasData()).isFalse();
        assertThat(isStarted()).isFalse();
    }

    @Test
    void dataIsSetAsideOnlyWhenForced() throws Exception {
        write("/var/lib/etcd-container/member/snap/db", "precious");
        state = "active";

        assertThatThrownBy(() -> restore(snapshot, false))
                .hasMessageContaining("has data in /var/lib/etcd-container/member and runs")
                .hasMessageContaining("--force");
        assertThat(commands).noneMatch(c -> c.contains("stop"));

        restore(snapshot, true);

        assertThat(host.files.read("/var/lib/etcd-container/member.old-1/snap/db"))
                .isEqualTo("precious");
        assertThat(hasData()).isTrue();
        assertThat(commands)
                .containsSubsequence("systemctl stop etcd-container.service", "systemctl start etcd-container.service");
    }

    @Test
    void anEtcdThatSystemdIsAboutToStartAgainIsStoppedBeforeItsDataIsSetAside() throws Exception {
        write("/var/lib/etcd-container/member/snap/db", "precious");
        state = "activating";

        restore(snapshot, true);

        assertThat(commands)
                .containsSubsequence("systemctl stop etcd-container.service", "systemctl start etcd-container.service");
    }

    @Test
    void isRefusedBesideServersThatServeSomethingElse() {
        answering = Set.of("10.69.0.195");

        assertThatThrownBy(() -> restore(snapshot, true))
                .hasMessageContaining("etcd of boot server 1 serves, but was not restored from this snapshot")
                .hasMessageContaining("neco replace 0");

        assertThat(isStarted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotRefusedBesideAMemberThatHasLostItsMajority(boolean isRestarted) throws Exception {
        answering = Set.of("10.69.0.195");
        try (EtcdCluster three = EtcdCluster.three().named("boot-").start()) {
            three.kill(0);
            three.kill(1);
            if (isRestarted) { // then it listens, and answers nobody
                three.kill(2);
                three.restart(2);
            } else {
                awaitLossOfLeader(three, 2);
            }
            others = three;

            restore(snapshot, false);
        }

        assertThat(hasData()).isTrue();
    }

    private static void awaitLossOfLeader(EtcdCluster cluster, int member) {
        String endpoint = cluster.endpoint(member);
        try (EtcdStore store = EtcdStore.open(cluster.config("neco", List.of(endpoint)))) {
            Awaitility.await("it has noticed the loss")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> store.health(endpoint).leaderId() == 0);
        }
    }

    @Test
    void isRefusedBesideServersOfWhichItCannotTellWhetherTheyServe() throws IOException {
        answering = Set.of("10.69.0.195");
        try (EtcdCluster unreadable =
                EtcdCluster.single().withExpiredServerCertificate().start()) {
            others = unreadable;

            assertThatThrownBy(() -> restore(snapshot, true))
                    .hasMessageContaining("etcd of boot server 1 listens, but it cannot be told whether it serves")
                    .hasMessageContaining("nothing was changed")
                    .hasMessageContaining("its server certificate has expired");
        }

        assertThat(hasData()).isFalse();
    }

    @Test
    void theMembersCanBeGivenWhenTheConfigurationIsLost() throws Exception {
        host.files.deleteIfExists("/etc/etcd/etcd.conf.yml");
        assertThatThrownBy(() -> restore(snapshot, false)).hasMessageContaining("--members 0,1,2");
        assertThatThrownBy(() -> restore(snapshot, false, 1, 2)).hasMessageContaining("this is boot server 0");

        restore(snapshot, false, 0, 1, 2);

        assertThat(host.files.read("/etc/etcd/etcd.conf.yml")).contains("boot-2=https://10.69.1.131:2380");
    }

    @Test
    void namesTheCertificatesThatAreMissing() throws IOException {
        host.files.deleteIfExists("/etc/etcd/peer.key");

        assertThatThrownBy(() -> restore(snapshot, false))
                .hasMessageContaining("missing")
                .hasMessageContaining("peer.key");
    }
}
