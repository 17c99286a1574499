package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator sees when releases, registries, disks or stored values are bad, and that the named cure works. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FirstFailureEndsTheSuite.class)
class FailureSuite {
    private static BootServers servers;
    private static Lab lab;

    @BeforeAll
    static void setUpThreeBootServers() {
        servers = SharedCluster.running();
        lab = servers.lab();
    }

    @AfterAll
    static void removeTheLab() {
        SharedCluster.leave(servers);
    }

    @AfterEach
    void endFaults() {
        lab.clearFaults();
    }

    @Test
    @Order(10)
    void aDownloadThatIsCutAgainAndAgainIsResumed() {
        lab.fault("download", "cut:20000000");
        lab.release("2022.06.01-11");

        servers.awaitUpdate("2022.06.01-11");
    }

    @Test
    @Order(20)
    void aReleaseWithoutThePackageAbortsWithItsName() {
        lab.fault("api", "no-assets");
        lab.release("2022.06.02-12");

        assertThat(servers.awaitAbort("2022.06.02-12"))
                .contains("debian package not found: neco@release-2022.06.02-12");

        lab.clearFaults();
        servers.recover();
        servers.awaitUpdate("2022.06.02-12");
    }

    @Test
    @Order(30)
    void aFullDiskAbortsWithFileAndReasonOnThatServerAlone() {
        lab.shell("boot-2", "mkdir -p /var/lib/neco/packages && mount -t tmpfs -o size=5m tmpfs /var/lib/neco/packages")
                .orFail();
        lab.release("2022.06.03-13");

        String status = servers.awaitAbort("2022.06.03-13");
        assertThat(status).containsPattern("Boot server 2\n(?:.*\n)?    condition: aborted\n    message: .*");
        assertThat(status)
                .containsPattern("it takes \\d+ more bytes, and only \\d+ are free in /var/lib/neco/packages");
        assertThat(servers.installedVersion("boot-2")).isEqualTo("2022.06.02-12");

        lab.shell("boot-2", "umount /var/lib/neco/packages").orFail();
        servers.recover();
        servers.awaitUpdate("2022.06.03-13");
    }

    @Test
    @Order(40)
    void aMissingImageAndADeadRegistryAbortWithImageRegistryAndCause() {
        // sabakan is not introduced here, so no container has its image
        lab.shell("boot-1", "docker rmi quay.io/cybozu/sabakan:2.13.0").orFail();
        lab.fault("registry", "down");
        lab.release("2022.06.04-14");

        String status = servers.awaitAbort("2022.06.04-14");
        assertThat(status).contains("quay.io/cybozu/sabakan:2.13.0").contains("registry quay.io");

        lab.clearFaults();
        servers.recover();
        servers.awaitUpdate("2022.06.04-14");
    }

    @Test
    @Order(50)
    void whileTheReleaseServerRefusesNothingHappensAndTheUpdaterSaysWhy() {
        lab.fault("api", "server-error");
        lab.release("2022.06.05-15");
        waitUntil(
                "an updater tells of the failure",
                Duration.ofMinutes(1),
                () -> BootServers.NAMES.stream()
                        .anyMatch(server -> lab.logs(server, "neco-updater", "-o", "cat")
                                .contains("failed to get the latest GitHub release")));
        assertThat(servers.status()).contains("version: 2022.06.04-14", "status: completed");

        lab.clearFaults();
        servers.awaitUpdate("2022.06.05-15");
    }

    @Test
    @Order(60)
    void aMalformedRequestIsNamedAndSurvived() {
        servers.etcdctl("put /neco/status/current '{broken'").orFail();

        Lab.Result status = lab.exec("boot-0", "neco", "status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.stderr()).contains("status/current").contains("{broken");
        waitUntil(
                "the leading updater names the key",
                Duration.ofMinutes(1),
                () -> BootServers.NAMES.stream().anyMatch(server -> names("status/current", server, "neco-updater")));
        for (String server : BootServers.NAMES) {
            waitUntil(
                    "the worker of " + server + " names the key",
                    Duration.ofMinutes(1),
                    () -> names("status/current", server, "neco-worker"));
        }
        for (String server : BootServers.NAMES) {
            for (String unit : new String[] {"neco-worker", "neco-updater"}) {
                assertThat(lab.exec(server, "systemctl", "show", "-p", "NRestarts", "--value", unit)
                                .stdout()
                                .strip())
                        .as("restarts of " + unit + " on " + server)
                        .isEqualTo("0");
            }
        }

        servers.etcdctl("del /neco/status/current").orFail();
        waitUntil(
                "a fresh request is completed",
                Duration.ofMinutes(2),
                () -> servers.status().contains("status: completed"));
    }

    private static boolean names(String key, String server, String unit) {
        return lab.logs(server, unit, "-o", "cat").contains(key);
    }

    @Test
    @Order(70)
    void anUnreachableEtcdIsToldWithEndpointsFileAndCure() {
        lab.cut("boot-2");
        try {
            Lab.Result cut = lab.exec("boot-2", "neco", "status");
            assertThat(cut.exitCode()).isEqualTo(1);
            assertThat(cut.stderr())
                    .contains("https://10.69.0.3:2379: ", "https://10.69.0.195:2379: ", "https://10.69.1.131:2379: ")
                    .contains("/etc/neco/config.yml")
                    .contains("`systemctl status etcd-container`");
        } finally {
            lab.heal("boot-2");
        }
        waitUntil(
                "boot-2 sees the cluster again",
                Duration.ofMinutes(1),
                () -> lab.exec("boot-2", "neco", "status").succeeded());
    }
}
