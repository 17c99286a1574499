package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.setup.TestCertificates;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code neco status} against a real etcd. */
class StatusCommandIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private ClusterHost host;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    @Test
    void statusIsClearWhenNothingIsStored() {
        CommandLineRun neco = host.neco();

        assertThat(neco.run("status", "--exit-code")).isZero();

        assertThat(neco.out.toString()).isEqualTo("Boot servers: []\nUpdate process\n    status: clear\n");
    }

    @Test
    void statusTellsARunningUpdate() {
        host.store(ClusterHost.REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        CommandLineRun neco = host.neco();

        assertThat(neco.run("status")).isZero();

        assertThat(neco.out.toString())
                .isEqualTo("Boot servers: [0 1]\nUpdate process\n    status: running\n   version: 2022.05.25-1\n"
                        + "   members: [0 1]\n   started: 2022-05-25T01:02:03Z\n\nBoot server 0\n    step: 2\n"
                        + "    condition: running\n");
        assertThat(host.neco().run("status", "--exit-code")).isEqualTo(3);
    }

    @Test
    void exitStatusTellsAnAbort() {
        host.store(ClusterHost.REQUEST, UpdateStatus.aborted("2022.05.25-1", 2, "disk full"));

        assertThat(host.neco().run("status", "--exit-code", "-o", "json")).isEqualTo(4);
    }

    @Test
    void exitStatusTellsAStopOfACompletedUpdate() {
        host.store(
                ClusterHost.REQUEST.stopped(),
                UpdateStatus.completed("2022.05.25-1", 5),
                UpdateStatus.completed("2022.05.25-1", 5));

        assertThat(host.neco().run("status", "--exit-code")).isEqualTo(4);
        assertThat(host.neco().run("status", "--watch", "--until", "2022.05.25-1"))
                .isEqualTo(4);
    }

    @Test
    void watchEndsAtOnceWhenTheAwaitedVersionIsThere() {
        host.store(
                ClusterHost.REQUEST,
                UpdateStatus.completed("2022.05.25-1", 5),
                UpdateStatus.completed("2022.05.25-1", 5));
        CommandLineRun neco = host.neco();

        assertThat(neco.run("status", "--watch", "--until", "2022.05.25-1")).isZero();

        assertThat(neco.out.toString())
                .isEqualTo("2022-05-25T01:05:00Z 2022.05.25-1: completed: all boot servers have 2022.05.25-1\n");
    }

    @Test
    void watchWithATimeLimitWaitsForEtcd() {
        host.store(
                ClusterHost.REQUEST,
                UpdateStatus.completed("2022.05.25-1", 5),
                UpdateStatus.completed("2022.05.25-1", 5));
        AtomicInteger attempts = new AtomicInteger();
        Cluster starting = new Cluster() {
            @Override
            public NecoReader read() {
                throw new IllegalStateException("a watch needs more");
            }

            @Override
            public NecoStore open() {
                if (attempts.incrementAndGet() == 1) {
                    throw new StoreException("cannot connect to etcd");
                }
                return host.store();
            }
        };
        CommandLineRun neco = host.neco().on(starting);

        assertThat(neco.run("status", "--watch", "--until", "2022.05.25-1", "--timeout", "1m"))
                .isZero();

        assertThat(neco.out.toString())
                .startsWith("etcd does not answer at the moment, going on: cannot connect to etcd\n")
                .endsWith("completed: all boot servers have 2022.05.25-1\n");
        attempts.set(0);
        assertThat(host.neco().on(starting).run("status", "--watch")).isNotZero();
    }

    @Test
    void watchFollowsAnUpdateToItsEnd() throws InterruptedException {
        host.store(ClusterHost.REQUEST, UpdateStatus.running("2022.05.25-1", 1));
        CommandLineRun neco = host.neco();
        int[] exit = {-1};
        Thread watching = new Thread(() -> exit[0] = neco.run("status", "--watch"), "watching");

        watching.start();
        await("the watch shows the running update")
                .atMost(Duration.ofSeconds(30))
                .until(() -> neco.out.toString().contains("running"));
        try (EtcdStore store = host.store()) {
            store.putStatus(1, UpdateStatus.running("2022.05.25-1", 1));
            store.putStatus(0, UpdateStatus.completed("2022.05.25-1", 5));
            store.putStatus(1, UpdateStatus.completed("2022.05.25-1", 5));
        }
        watching.join(30_000);

        assertThat(watching.isAlive()).isFalse();
        assertThat(exit[0]).isZero();
        assertThat(neco.out.toString()).endsWith("completed: all boot servers have 2022.05.25-1\n");
    }

    @ParameterizedTest
    @CsvSource({"--watch", "--watch --until 2022.05.25-1"})
    void watchEndsWhenTheUpdateIsStopped(String flags) throws InterruptedException {
        host.store(ClusterHost.REQUEST, UpdateStatus.running("2022.05.25-1", 1));
        CommandLineRun neco = host.neco();
        int[] exit = {-1};
        Thread watching = new Thread(() -> exit[0] = neco.run(("status " + flags).split(" ")), "watching");

        watching.start();
        await("the watch shows the running update")
                .atMost(Duration.ofSeconds(30))
                .until(() -> neco.out.toString().contains("running"));
        try (EtcdStore store = host.store()) {
            store.putRequest(ClusterHost.REQUEST.stopped(), LeaderKey.SETUP);
        }
        watching.join(30_000);

        assertThat(watching.isAlive()).isFalse();
        assertThat(exit[0]).isEqualTo(4);
        assertThat(neco.out.toString())
                .endsWith("2022.05.25-1: stopped: the update to 2022.05.25-1 was stopped: it was waiting for"
                        + " boot server 1 (not begun: the package is being installed, or neco-worker does not run);"
                        + " when the cause is mended, `neco retry` starts it again\n");
    }

    @Test
    void statusWarnsOfCertificatesThatEndSoonApartFromTheText() throws IOException {
        host.store(ClusterHost.REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        CommandLineRun before = host.neco();
        assertThat(before.run("status")).isZero();
        assertThat(before.err.toString()).isEmpty();
        Files.writeString(
                root.resolve("etc/neco/server.crt"),
                TestCertificates.endingAt("boot-0", Instant.parse("2022-06-01T00:00:00Z"))
                        .getCertificatePEM());

        CommandLineRun text = host.neco();
        assertThat(text.run("status")).isZero();
        CommandLineRun json = host.neco();
        assertThat(json.run("status", "-o", "json")).isZero();

        assertThat(text.out.toString()).isEqualTo(before.out.toString());
        assertThat(text.err.toString())
                .isEqualTo("warning: certificate server (/etc/neco/server.crt) expires in 6 days;"
                        + " run `neco cert renew server`\n");
        assertThat(new ObjectMapper()
                        .readTree(json.out.toString())
                        .at("/expiringCertificates/0/daysLeft")
                        .asInt())
                .isEqualTo(6);
    }
}
