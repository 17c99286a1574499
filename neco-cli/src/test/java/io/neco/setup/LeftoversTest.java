package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.FileMode;
import io.neco.host.Site;
import io.neco.host.Systemd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    private static final BootCluster CLUSTER = new BootCluster(0, List.of(0, 1, 2), new BootServer(Site.defaults()));
    private static final Instant STARTED = Instant.parse("2022-05-25T00:00:00Z");

    @TempDir
    private Path root;

    private FakeHost host;
    private List<String> answering = List.of();
    private BootCluster cluster = CLUSTER;

    @BeforeEach
    void start() {
        host = new FakeHost(root);
    }

    private SetupPhase settle(boolean isStartOver) throws IOException, InterruptedException {
        return new Leftovers(host.files, new Systemd(host), node0 -> answering.contains(node0))
                .settle(cluster, isStartOver);
    }

    private void leave(String... paths) throws IOException {
        for (String path : paths) {
            host.files.write(path, "x", FileMode.WORLD_READABLE);
        }
    }

    @Test
    void letsSetupGoOnOnACleanHost() throws IOException, InterruptedException {
        assertThat(settle(false)).isEqualTo(SetupPhase.TOOLS);
        assertThat(settle(true)).isEqualTo(SetupPhase.TOOLS);
        assertThat(host.commands).isEmpty();
    }

    @Test
    void letsSetupGoOnWhenOnlyBootstrapCertificatesAreLeft() throws IOException, InterruptedException {
        leave("/etc/neco/server.crt", "/etc/etcd/peer.crt", "/etc/vault/etcd.key");

        settle(false);

        assertThat(host.files.exists("/etc/neco/server.crt")).isTrue();
    }

    @Test
    void namesWhatItFoundAndHowToStartOver() throws IOException {
        leave("/var/lib/etcd-container/member/wal", "/etc/vault/config.hcl");
        new SetupJournal(host.files).begin(CLUSTER, "vault", STARTED);

        assertThatThrownBy(() -> settle(false))
                .hasMessageContaining("it got as far as phase vault")
                .hasMessageContaining("/var/lib/etcd-container/member")
                .hasMessageContaining("/etc/vault/config.hcl")
                .hasMessageContaining("neco setup --start-over 0 1 2");
        assertThat(host.files.exists("/etc/vault/config.hcl")).isTrue();
        assertThat(host.commands).isEmpty();
    }

    @Test
    void removesLeftoversWhenAskedTo() throws IOException, InterruptedException {
        leave(
                "/var/lib/etcd-container/member/wal",
                "/etc/vault/config.hcl",
                "/etc/neco/config.yml",
                "/etc/neco/server.key",
                "/etc/systemd/system/vault.service");
        new SetupJournal(host.files).begin(CLUSTER, "restart", STARTED);
        leave("/etc/neco/rack", "/etc/neco/cluster", "/etc/neco/site.yml", "/var/lib/etcd-backup/snapshot");

        settle(true);

        for (String gone : new String[] {
            "/var/lib/etcd-container/member", "/etc/vault/config.hcl", "/etc/neco/config.yml", "/etc/neco/server.key"
        }) {
            assertThat(host.files.exists(gone)).as(gone).isFalse();
        }
        for (String kept : new String[] {"/etc/neco/rack", "/etc/neco/site.yml", "/var/lib/etcd-backup/snapshot"}) {
            assertThat(host.files.exists(kept)).as(kept).isTrue();
        }
        assertThat(host.commands)
                .containsExactly(
                        "systemctl disable --now etcd-backup.timer",
                        "systemctl disable --now vault.service",
                        "systemctl disable --now etcd-container.service",
                        "systemctl is-active etcd-backup.timer",
                        "systemctl is-active vault.service",
                        "systemctl is-active etcd-container.service");
    }

    @Test
    void removesNothingWhereAUnitDoesNotStop() throws IOException {
        leave("/var/lib/etcd-container/member/wal");
        new SetupJournal(host.files).begin(CLUSTER, "vault", STARTED);
        host.unitState = "deactivating";

        assertThatThrownBy(() -> settle(true)).hasMessageContaining("but systemd says that it is deactivating");

        assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isTrue();
    }

    @Test
    void neverTouchesAnythingWhileItsEtcdRuns() throws IOException {
        leave("/var/lib/etcd-container/member/wal");
        new SetupJournal(host.files).begin(CLUSTER, "vault", STARTED);
        answering = List.of("10.69.0.3");

        assertThatThrownBy(() -> settle(true))
                .hasMessageStartingWith("etcd of boot server 0 runs already")
                .hasMessageContaining("systemctl disable --now vault etcd-container");
        assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isTrue();
        assertThat(host.commands).isEmpty();
    }

    @Test
    void theLeaderNeverBeginsWhileAnotherServersEtcdRuns() {
        answering = List.of("10.69.0.195", "10.69.1.131");

        assertThatThrownBy(() -> settle(true)).hasMessageStartingWith("etcd of boot server 1, 2 runs already");
    }

    @Test
    void othersMayFindServersThatAreAlreadyFurther() throws IOException, InterruptedException {
        leave("/var/lib/etcd-container/member/wal");
        new SetupJournal(host.files).begin(CLUSTER, "vault", STARTED);
        cluster = new BootCluster(2, List.of(0, 1, 2), new BootServer(Site.defaults()));
        answering = List.of("10.69.0.195");

        settle(true);

        assertThat(host.files.exists("/var/lib/etcd-container/member")).isFalse();
    }

    @Test
    void neverTouchesWhatNoKnownSetupHasLeft() throws IOException {
        leave("/var/lib/etcd-container/member/wal", "/etc/neco/config.yml");

        assertThatThrownBy(() -> settle(true))
                .hasMessageContaining("no setup known here has left")
                .hasMessageContaining("/etc/neco/config.yml");
        assertThat(host.commands).isEmpty();
    }

    @Test
    void neverTouchesAHostWhoseClusterMayBeComplete() throws IOException {
        leave("/var/lib/etcd-container/member/wal");
        for (String phase : new String[] {"await-restarts", "request", "services", "some later version's"}) {
            new SetupJournal(host.files).begin(CLUSTER, phase, STARTED);

            assertThatThrownBy(() -> settle(true))
                    .hasMessageContaining("the others may have completed theirs")
                    .hasMessageContaining("run `neco setup 0 1 2` here");
        }
        assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isTrue();
        assertThat(host.commands).isEmpty();
    }

    @Test
    void finishesASetupThatTheOthersMayHaveCompletedAlsoWhileEtcdRuns() throws IOException, InterruptedException {
        leave("/var/lib/etcd-container/member/wal");
        answering = List.of("10.69.0.3", "10.69.0.195", "10.69.1.131");
        for (String phase : new String[] {"await-restarts", "request", "services"}) {
            new SetupJournal(host.files).begin(CLUSTER, phase, STARTED);

            assertThat(settle(false)).isEqualTo(SetupPhase.AWAIT_RESTARTS);
        }
        assertThat(host.commands).isEmpty();
    }

    @Test
    void finishesASetupForWhichTheOthersMayWaitOrStartsItOver() throws IOException, InterruptedException {
        for (String phase : new String[] {"register", "restart"}) {
            leave("/var/lib/etcd-container/member/wal");
            new SetupJournal(host.files).begin(CLUSTER, phase, STARTED);

            assertThat(settle(false)).isEqualTo(SetupPhase.REGISTER);
            assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isTrue();
            assertThat(settle(true)).isEqualTo(SetupPhase.TOOLS);
            assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isFalse();
        }
    }

    @Test
    void finishesASetupWithItsOwnServersOnly() throws IOException {
        new SetupJournal(host.files).begin(CLUSTER, "request", STARTED);
        cluster = new BootCluster(0, List.of(0, 1, 3), new BootServer(Site.defaults()));

        assertThatThrownBy(() -> settle(false))
                .hasMessageContaining("an earlier setup of servers 0 1 2 got as far as phase request")
                .hasMessageEndingWith("run `neco setup 0 1 2` here, not with 0 1 3");
    }

    @Test
    void neverTouchesAHostThatHasJoinedAClusterLater() throws IOException {
        leave("/var/lib/etcd-container/member/wal");
        new SetupJournal(host.files).begin(CLUSTER, "bootstrap-certificates", STARTED);
        SetupJournal join = SetupJournal.ofJoin(host.files);

        join.begin(CLUSTER, "images", STARTED);
        assertThatThrownBy(() -> settle(true)).hasMessageStartingWith("this boot server has begun to join a cluster");
        join.complete(CLUSTER, STARTED, STARTED.plusSeconds(60));
        assertThatThrownBy(() -> settle(true))
                .hasMessageStartingWith("this boot server has joined a cluster at 2022-05-25T00:01:00Z, that of 0 1 2");

        assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isTrue();
        assertThat(host.commands).isEmpty();
    }

    @Test
    void neverTouchesAHostThatWasSetUp() throws IOException {
        leave("/var/lib/etcd-container/member/wal");
        new SetupJournal(host.files).complete(CLUSTER, STARTED, STARTED.plusSeconds(15));

        assertThatThrownBy(() -> settle(true))
                .hasMessageStartingWith("this boot server was set up at 2022-05-25T00:00:15Z together with 0 1 2");
        assertThat(host.files.exists("/var/lib/etcd-container/member/wal")).isTrue();
    }
}
