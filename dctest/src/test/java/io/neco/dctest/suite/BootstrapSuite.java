package io.neco.dctest.suite;

import static io.neco.dctest.Lab.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.neco.dctest.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * From bare boot servers to a running cluster, through releases that go well and releases that do not. Source: dctest/setup_test.go and
 * upgrade_test.go at 1eec387, as far as the programs exist.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FirstFailureEndsTheSuite.class)
class BootstrapSuite {
    private static final String FIRST = BootServers.FIRST_VERSION;
    private static final String SECOND = "2022.05.26-2";
    private static final String THIRD = "2022.05.27-3";
    private static final String OF_OLD_SOURCES = "2022.05.28-4";
    private static final String OF_THESE_SOURCES = "2022.05.29-5";
    private static final List<String> SERVERS = BootServers.NAMES;

    private static BootServers servers;
    private static Lab lab;

    @BeforeAll
    static void bringUpTheLab() {
        servers = SharedCluster.fresh();
        lab = servers.lab();
    }

    @AfterAll
    static void removeTheLab() {
        SharedCluster.leave(servers);
    }

    @Test
    @Order(10)
    void hostsHaveBootedWithoutFailedUnits() {
        for (String server : SERVERS) {
            assertThat(lab.exec(server, "systemctl", "is-system-running")
                            .stdout()
                            .strip())
                    .as(server)
                    .isEqualTo("running");
        }
    }

    @Test
    @Order(20)
    void setupRefusesBadInputBeforeItTouchesAnything() {
        List<String> before = whatSetupMayWrite();
        assertThat(before)
                .as("files, in any number")
                .anyMatch(line -> line.startsWith("/etc/neco/rack f "))
                .anyMatch(line -> line.startsWith("/usr/local/bin d "))
                .anyMatch(line -> line.endsWith("/lib/systemd/system/neco-worker.service"));

        assertRefused(setup("boot-0", "0", "1"), "too few boot servers");
        assertRefused(setup("boot-0", "0", "1", "1"), "logical rack number 1 is given twice");
        assertRefused(setup("boot-0", "1", "2", "3"), "rack number 0 (from /etc/neco/rack) is not among those given");
        assertRefused(setup("boot-0", "0", "1", "x"), "\"x\" is no logical rack number");
        assertRefused(
                lab.shell(
                        "boot-0",
                        "mv /etc/neco/rack /etc/neco/rack.away; neco setup 0 1 2; code=$?;"
                                + " mv /etc/neco/rack.away /etc/neco/rack; exit $code"),
                "/etc/neco/rack");
        assertRefused(
                lab.shell(
                        "boot-0",
                        "cp /etc/neco/rack /tmp/rack; echo zero >/etc/neco/rack; neco setup 0 1 2; code=$?;"
                                + " cp /tmp/rack /etc/neco/rack; exit $code"),
                "zero");
        assertRefused(
                lab.exec("boot-0", "setpriv", "--reuid=65534", "neco", "setup", "0", "1", "2"), "must be run as root");

        assertThat(whatSetupMayWrite()).as("after refused setups").containsExactlyElementsOf(before);
    }

    /** Names, kinds, modes, sizes and sums where setup writes on boot-0 (docs/files.md), and what its engine has. */
    private static List<String> whatSetupMayWrite() {
        String places =
                "/etc /lib/systemd/system /usr/local /var/lib/etcd-backup /var/lib/etcd-container /var/lib/neco";
        return lab.shell(
                        "boot-0",
                        "find " + places + " ! -type d -printf '%p %y %m %s %U %l\\n' 2>/dev/null | sort;"
                                + " find " + places + " -type d -printf '%p %y %m %U\\n' 2>/dev/null | sort;"
                                + " find " + places + " -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum;"
                                + " docker ps -aq; docker images -aq; systemctl is-active etcd-container vault neco-worker neco-updater")
                .stdout()
                .lines()
                .toList();
    }

    @Test
    @Order(24)
    void setupWithADeadRegistryNamesItAndHasStartedNothing() {
        lab.fault("registry", "down");

        Lab.Result failed = setup("boot-0", "0", "1", "2");

        lab.clearFaults();
        assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.stderr())
                .contains("setup failed in phase tools", "quay.io/cybozu/vault:", "registry quay.io")
                .contains("Nothing was started here: run setup again on every server");
        assertThat(lab.exec("boot-0", "docker", "ps", "-q").stdout()).isEmpty();
    }

    /** One server is told to stop when its etcd has begun; the others need it, and are told to stop then. */
    @Test
    @Order(26)
    void aSetupThatWasStoppedHalfWayIsToldAndStartedOver() {
        String stop = "pkill -TERM -f 'setup .*0 1 2$'";

        List<Lab.Result> stopped = servers.trySetUp(() -> {
            lab.shell(
                            "boot-1",
                            "timeout 120 sh -c 'until grep -q ^phase=etcd /var/lib/neco/setup.state; do sleep 0.1; done';"
                                    + stop)
                    .orFail();
            lab.shell("boot-2", stop).orFail();
            lab.shell("boot-0", stop).orFail();
        });

        for (Lab.Result result : stopped) {
            assertThat(result.exitCode()).as(result.toString()).isEqualTo(128 + 15);
        }
        assertThat(stopped.get(1).stderr())
                .contains("it was told to stop", "etcd and Vault of this server were stopped")
                .contains("run `neco setup --start-over 0 1 2` on every server");
        Lab.Result again = setup("boot-1", "0", "1", "2");
        assertThat(again.exitCode()).as(again.toString()).isEqualTo(1);
        assertThat(again.stderr())
                .contains("an earlier setup has not been completed on this host")
                .contains("run `neco setup --start-over 0 1 2` on every server");
    }

    /**
     * One server is told to stop when it has come to wait for the others, and goes on where it was. That it cannot be done before is seen
     * to by another one, which stands still from before it could let anybody pass.
     */
    @Test
    @Order(30)
    void setupStartedOverCompletesOnThreeServersAlsoWhenOneOfThemIsStoppedLateAndRunAgain() {
        String running = "'setup .*0 1 2$'";
        // the state of an earlier setup is there until this one has begun
        lab.shell("boot-2", "touch /run/begun").orFail();
        String standStill = "timeout 120 sh -c 'until [ /var/lib/neco/setup.state -nt /run/begun ]"
                + " && grep -Eq \"^phase=(vault|certificates)\" /var/lib/neco/setup.state; do sleep 0.02; done'"
                + " && pkill -STOP -f " + running;
        String stopped =
                "timeout 300 sh -c 'until grep -q ^phase=register /var/lib/neco/setup.state; do sleep 0.1; done'"
                        + " && pkill -TERM -f " + running + "; timeout 60 sh -c \"while pgrep -f " + running
                        + " >/dev/null; do sleep 0.1; done\"";

        List<Lab.Result> results = servers.trySetUp(
                () -> {
                    lab.shell("boot-2", standStill).orFail();
                    try {
                        lab.shell("boot-1", stopped).orFail();
                    } finally {
                        lab.shell("boot-2", "pkill -CONT -f " + running).orFail();
                    }
                    Lab.Result again = lab.exec("boot-1", "neco", "setup", "--no-revoke", "0", "1", "2");
                    assertThat(again.exitCode()).as(again.toString()).isZero();
                    assertThat(again.stderr()).contains("found an earlier setup, finishes it", "setup: completed");
                },
                "--start-over");

        results.get(0).orFail();
        assertThat(results.get(1).exitCode()).as(results.get(1).toString()).isEqualTo(128 + 15);
        results.get(2).orFail();
    }

    @Test
    @Order(40)
    void setupInstallsFiles() {
        for (String server : SERVERS) {
            for (String file : List.of(
                    "/etc/neco/config.yml",
                    "/etc/neco/etcd.crt",
                    "/etc/neco/etcd.key",
                    "/etc/etcd/backup.crt",
                    "/etc/etcd/backup.key",
                    "/etc/systemd/system/etcd-backup.timer",
                    "/etc/systemd/system/etcd-backup.service",
                    "/lib/systemd/system/neco-updater.service",
                    "/lib/systemd/system/neco-worker.service",
                    "/lib/systemd/system/node-exporter.service",
                    "/lib/systemd/system/sabakan-state-setter.service")) {
                assertThat(lab.exec(server, "test", "-f", file).succeeded())
                        .as(server + " has " + file)
                        .isTrue();
            }
            assertThat(lab.shell(server, "find /etc/neco /etc/etcd /etc/vault -name '*.key' -perm /077")
                            .stdout())
                    .as("private keys that others than their owner can read")
                    .isEmpty();
        }
    }

    @Test
    @Order(50)
    void setupRunsServices() {
        for (String server : SERVERS) {
            for (String unit : List.of(
                    "neco-updater.service",
                    "neco-worker.service",
                    "etcd-backup.timer",
                    "etcd-container.service",
                    "vault.service")) {
                waitUntil(
                        unit + " is active on " + server,
                        Duration.ofMinutes(1),
                        () -> lab.exec(server, "systemctl", "is-active", unit).succeeded());
            }
        }
    }

    @Test
    @Order(60)
    void theUpdateRequestedBySetupCompletes() {
        servers.awaitUpdate(FIRST);

        String status = lab.exec("boot-0", "neco", "status").orFail().stdout();
        assertThat(status).contains("status: completed", "version: " + FIRST, "members: [0 1 2]");
        for (String server : SERVERS) {
            for (String file : List.of("/etc/ssh/sshd_config.d/neco.conf", "/etc/sudoers.d/cybozu")) {
                assertThat(lab.exec(server, "test", "-f", file).succeeded())
                        .as(server + " has " + file)
                        .isTrue();
            }
        }
    }

    /** As if the leader had ended after it had asked for the first update: nobody but setup turns authentication on. */
    @Test
    @Order(65)
    void aSetupThatEndedBeforeItsLastPhaseIsFinishedByRunningItAgain() {
        String vault = "https://127.0.0.1:8200/v1/auth/token/";
        String later = lab.shell(
                        "boot-0",
                        "neco vault show-root-token | sed 's/^/X-Vault-Token: /' >/run/token;"
                                + " curl -sf -H @/run/token -d '{\"policies\":[\"root\"]}' " + vault
                                + "create-orphan | jq -er .auth.client_token")
                .orFail()
                .stdout()
                .strip();
        lab.shell("boot-0", "sed -i -e /^completed/d -e 's/^phase=.*/phase=request/' /var/lib/neco/setup.state")
                .orFail();
        servers.etcdctl("auth disable").orFail();
        Lab.Result overwriting = lab.exec("boot-0", "neco", "setup", "--start-over", "0", "1", "2");
        assertThat(overwriting.exitCode()).isEqualTo(1);
        assertThat(overwriting.stderr()).contains("run `neco setup 0 1 2` here");

        setup("boot-0", "0", "1", "2").orFail();

        assertThat(lab.exec("boot-0", "cat", "/var/lib/neco/setup.state").stdout())
                .contains("phase=done", "completed=");
        assertThat(lab.exec("boot-0", "neco", "vault", "show-root-token").exitCode())
                .as("the root token is forgotten")
                .isEqualTo(1);
        assertThat(lab.shell(
                                "boot-0",
                                "curl -s -o /dev/null -w '%{http_code}' -H @/run/token " + vault
                                        + "lookup-self; rm /run/token")
                        .stdout())
                .as("Vault's answer to the root token")
                .isEqualTo("403");
        servers.etcdctl("put /neco/vault-root-token " + later).orFail(); // for the suites that come later
    }

    @Test
    @Order(70)
    void theClusterAnswersOnlyToItsOwnCertificates() {
        String endpoint = "https://10.69.0.3:2379";
        assertThat(lab.shell(
                                "boot-1",
                                "ETCDCTL_API=3 etcdctl --endpoints=" + endpoint
                                        + " --cert=/etc/neco/etcd.crt --key=/etc/neco/etcd.key get --keys-only --prefix /neco/info/")
                        .orFail()
                        .stdout())
                .contains("/neco/info/bootservers/0", "/neco/info/bootservers/2");
        assertThat(lab.shell("boot-1", "ETCDCTL_API=3 etcdctl --endpoints=" + endpoint + " get --prefix /neco/ 2>&1")
                        .succeeded())
                .as("without a certificate")
                .isFalse();
        assertThat(lab.shell(
                                "boot-1",
                                "ETCDCTL_API=3 etcdctl --endpoints=" + endpoint
                                        + " --cert=/etc/vault/etcd.crt --key=/etc/vault/etcd.key get --prefix /neco/ 2>&1")
                        .stdout())
                .as("with Vault's certificate")
                .contains("permission denied");
    }

    @Test
    @Order(80)
    void vaultIsUnsealedOnEveryServer() {
        for (String server : SERVERS) {
            assertThat(lab.shell(server, "vault status").stdout())
                    .as(server)
                    .containsPattern("Initialized +true")
                    .containsPattern("Sealed +false");
        }
    }

    @Test
    @Order(90)
    void setupRefusesToRunOnARunningCluster() {
        Lab.Result again = setup("boot-0", "0", "1", "2");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.stderr()).contains("this boot server was set up at", "together with 0 1 2");
        assertThat(lab.exec("boot-0", "neco", "status", "--exit-code").exitCode())
                .isZero();
        assertThat(lab.exec("boot-0", "systemctl", "is-active", "etcd-container.service")
                        .succeeded())
                .isTrue();
    }

    @Test
    @Order(100)
    void aReleaseIsInstalledByAllServersInLockStep() {
        List<String> etcdBefore = containerIds("etcd");

        lab.release(SECOND);
        servers.takeReleases();
        servers.awaitUpdate(SECOND);

        for (String server : SERVERS) {
            assertThat(servers.installedVersion(server)).as(server).isEqualTo(SECOND);
            assertThat(lab.exec(server, "neco", "--version").stdout()).contains(SECOND);
        }
        assertThat(containerIds("etcd")).as("etcd containers").doesNotContainAnyElementsOf(etcdBefore);
        vaultIsUnsealedOnEveryServer();
        assertThat(lab.exec("boot-0", "neco", "status").stdout()).contains("status: completed", "version: " + SECOND);
    }

    @Test
    @Order(110)
    void aPreReleaseIsNotInstalledInProduction() {
        lab.prerelease("2022.05.26-9");
        long before = looks();

        // those under way may have begun before the publication
        waitUntil(
                "updaters have looked for releases again",
                Duration.ofSeconds(30),
                () -> looks() > before + SERVERS.size());
        assertThat(lab.exec("boot-0", "neco", "status").stdout()).contains("version: " + SECOND);
    }

    @Test
    @Order(120)
    void aCorruptPackageAbortsTheUpdateWithServerStepAndReasonAndRecoverCuresIt() {
        lab.fault("download", "corrupt");
        lab.release(THIRD);
        String status = servers.awaitAbort(THIRD);

        assertThat(status)
                .contains("version: " + THIRD)
                .containsPattern("Boot server [012]\n(.*\n)*? *step: 1\n")
                .contains("message: ");
        assertThat(status).contains("SHA-256 digest");
        for (String server : SERVERS) {
            assertThat(servers.installedVersion(server)).as(server).isEqualTo(SECOND);
        }

        lab.clearFaults();
        servers.recover();
        servers.awaitUpdate(THIRD);
    }

    /** Names, tags and numbers, without the words of how long ago each was made. */
    private List<String> images(String server) {
        return lab.exec(server, "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}")
                .orFail()
                .stdout()
                .lines()
                .sorted()
                .toList();
    }

    /** Units pull nothing: without its image a service that happens to be down could not start any more. */
    @Test
    @Order(125)
    void theWeeklyPruneLeavesTheImagesOfServicesThatAreDown() {
        lab.shell("boot-1", "tar c -C /etc hostname | docker import - unneeded:1")
                .orFail();
        lab.exec("boot-1", "systemctl", "stop", "serf").orFail();
        List<String> before = images("boot-1");
        assertThat(before)
                .anyMatch(image -> image.startsWith("unneeded:1 "))
                .anyMatch(image -> image.contains("/serf:"));

        lab.exec("boot-1", "/usr/lib/neco/prune-images", "0").orFail();

        assertThat(images("boot-1"))
                .isEqualTo(before.stream()
                        .filter(image -> !image.startsWith("unneeded:1 "))
                        .toList());
        lab.exec("boot-1", "systemctl", "start", "docker-prune", "serf").orFail();
    }

    @Test
    @Order(130)
    void thePreviousReleaseAndThisOneUpdateEachOther() {
        assumeTrue(
                lab.releasePrevious(OF_OLD_SOURCES),
                "this checkout has no history, and so no previous sources (git fetch --unshallow)");
        servers.awaitUpdate(OF_OLD_SOURCES);

        lab.release(OF_THESE_SOURCES);
        servers.awaitUpdate(OF_THESE_SOURCES);

        for (String server : SERVERS) {
            assertThat(servers.installedVersion(server)).as(server).isEqualTo(OF_THESE_SOURCES);
        }
        vaultIsUnsealedOnEveryServer();
    }

    private static long looks() {
        return lab.logs("internet", "lab-web")
                .lines()
                .filter(line -> line.contains("/releases"))
                .count();
    }

    private static Lab.Result setup(String server, String... lrns) {
        List<String> command = new ArrayList<>(List.of("neco", "setup"));
        command.addAll(List.of(lrns));
        return lab.exec(server, command.toArray(new String[0]));
    }

    private static void assertRefused(Lab.Result result, String named) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.stdout() + result.stderr()).contains(named);
    }

    private static List<String> containerIds(String name) {
        return SERVERS.stream()
                .map(server -> lab.exec(server, "docker", "ps", "-q", "--no-trunc", "--filter", "name=^" + name + "$")
                        .orFail()
                        .stdout()
                        .strip())
                .toList();
    }
}
