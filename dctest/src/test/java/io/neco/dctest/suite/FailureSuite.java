package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final String ABORTED_AT_STEP_1 = "    step: 1\n    condition: aborted\n    message: ";
    private static final String MALFORMED = "etcd key status/current should hold an update request but holds `{broken`";
    private static final Pattern REPORT = Pattern.compile("(?s)\n\nBoot server (\\d)\n(.*?)(?=\n\nBoot server |\\z)");

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
    void aReleaseWithoutThePackageAbortsWithItsNameAndInstallsNothing() {
        lab.fault("api", "no-assets");
        lab.release("2022.06.02-12");

        // all meet the same; whoever is not done when the first gives up does not report any more
        assertThat(reports(servers.awaitAbort("2022.06.02-12")).values())
                .isNotEmpty()
                .allSatisfy(
                        report -> assertThat(report)
                                .containsPattern(
                                        ABORTED_AT_STEP_1
                                                + "debian package not found: neco@release-2022\\.06\\.02-12: that release of"
                                                + " cybozu-go/neco at https://api\\.github\\.com has no file neco_\\*\\.deb, nor any other;"));
        assertThat(BootServers.NAMES).extracting(servers::installedVersion).containsOnly("2022.06.01-11");

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
        assertFailedAlone(status, 2, ".*it takes \\d+ more bytes, and only \\d+ are free in /var/lib/neco/packages");
        assertThat(servers.installedVersion("boot-2")).isEqualTo("2022.06.02-12");

        lab.shell("boot-2", "umount /var/lib/neco/packages").orFail();
        servers.recover();
        servers.awaitUpdate("2022.06.03-13");
    }

    @Test
    @Order(40)
    void aMissingImageAndADeadRegistryAbortWithImageRegistryAndCauseOnThatServerAlone() {
        // sabakan is not introduced here, so no container has its image
        lab.shell("boot-1", "docker rmi quay.io/cybozu/sabakan:2.13.0").orFail();
        lab.fault("registry", "down");
        lab.release("2022.06.04-14");

        String status = servers.awaitAbort("2022.06.04-14");
        assertFailedAlone(
                status,
                1,
                "FetchImages: cannot pull image quay\\.io/cybozu/sabakan:2\\.13\\.0 from registry quay\\.io"
                        + " \\(\\d+ attempts\\): (?s:.*)(?i:bad gateway|connection refused)");

        lab.clearFaults();
        servers.recover();
        servers.awaitUpdate("2022.06.04-14");
    }

    @Test
    @Order(50)
    void whileTheReleaseServerRefusesNothingHappensAndTheUpdaterSaysWhy() {
        String begin = now();
        lab.fault("api", "server-error");
        lab.release("2022.06.05-15");
        waitUntil(
                "an updater tells of the failure",
                Duration.ofMinutes(1),
                () -> BootServers.NAMES.stream()
                        .anyMatch(server -> says(
                                server,
                                "neco-updater",
                                begin,
                                "failed to get the latest GitHub release",
                                "status 500")));
        assertThat(servers.status()).contains("version: 2022.06.04-14", "status: completed");

        lab.clearFaults();
        servers.awaitUpdate("2022.06.05-15");
    }

    @Test
    @Order(60)
    void aMalformedRequestIsNamedAndSurvived() {
        String begin = now();
        servers.etcdctl("put /neco/status/current '{broken'").orFail();

        Lab.Result status = lab.exec("boot-0", "neco", "status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.stderr()).contains("status/current").contains("{broken");
        waitUntil(
                "the leading updater names the key",
                Duration.ofMinutes(1),
                () -> BootServers.NAMES.stream()
                        .anyMatch(server -> says(server, "neco-updater", begin, "makes no sense", MALFORMED)));
        for (String server : BootServers.NAMES) {
            waitUntil(
                    "the worker of " + server + " names the key",
                    Duration.ofMinutes(1),
                    () -> says(server, "neco-worker", begin, "cannot understand what is stored in etcd", MALFORMED));
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

    /** What {@code neco status} tells of each boot server that has reported. */
    private static Map<Integer, String> reports(String status) {
        return REPORT.matcher(status)
                .results()
                .collect(Collectors.toMap(
                        found -> Integer.parseInt(found.group(1)),
                        found -> found.group(2),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** One server has given up in step 1 with this reason, and the others, if they have by now, because of it. */
    private static void assertFailedAlone(String status, int lrn, String reason) {
        Map<Integer, String> reports = reports(status);
        assertThat(reports.remove(lrn))
                .as("boot server " + lrn + " in\n" + status)
                .isNotNull()
                .containsPattern(ABORTED_AT_STEP_1 + reason);
        assertThat(reports.values())
                .as(status)
                .allSatisfy(other -> assertThat(
                                other.replace("    message: other boot server failed to update: " + lrn + ": ", ""))
                        .doesNotContain("    message: "));
    }

    /** The time by the one clock that all hosts have, as journalctl takes it. */
    private static String now() {
        return lab.exec("boot-0", "date", "+@%s.%6N").orFail().stdout().strip();
    }

    /** Whether a unit has logged a line with all these words since then. */
    private static boolean says(String server, String unit, String since, String... words) {
        return lab.logs(server, unit, "-o", "cat", "--since=" + since)
                .lines()
                .anyMatch(line -> Stream.of(words).allMatch(line::contains));
    }
}
