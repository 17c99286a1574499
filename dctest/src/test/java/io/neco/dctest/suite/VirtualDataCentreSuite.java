package io.neco.dctest.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import io.neco.dctest.deb.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab keeps what docs/dctest.md promises. Takes away no hosts but boot-3 and, for a moment, boot-2. */
class VirtualDataCentreSuite {
    private static final Lab LAB = Lab.fromEnvironment();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String REPOSITORY = "lab/probe";

    /** Besides, with a program in the place of the Vault stand-in, which no other suite does. */
    @BeforeAll
    static void up(@TempDir Path directory) throws IOException {
        Path vault =
                Files.writeString(directory.resolve("vault"), "#!/bin/sh\necho \"$1 of the one that was given\"\n");
        Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rwxr-xr-x"));
        LAB.up("--no-neco", "--vault", vault.toString());
    }

    @AfterEach
    void heal() {
        LAB.heal("boot-3");
        LAB.clearFaults();
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot-0", "boot-1", "boot-2", "boot-3", "internet"})
    void hostsAreUpWithNothingFailed(String host) {
        assertThat(LAB.exec(host, "systemctl", "is-system-running", "--wait")
                        .stdout()
                        .trim())
                .isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({"boot-0,10.69.0.195", "boot-1,10.69.1.131", "boot-2,10.69.2.67", "boot-3,10.69.0.3", "boot-0,10.72.48.3"
    })
    void hostsReachEachOtherByTheirFixedAddresses(String host, String address) {
        assertThat(reaches(host, address)).isTrue();
    }

    @Test
    void bootServersAreAsProvisioningLeavesThem() {
        assertThat(LAB.shell("boot-3", "cat /etc/neco/rack /etc/neco/cluster; ls /etc/neco/dctest; systemd-detect-virt")
                        .stdout()
                        .lines())
                .containsExactly("3", "gcp0", "/etc/neco/dctest", "docker");
        assertThat(LAB.exec("boot-3", "cat", "/sys/class/dmi/id/product_serial").stdout())
                .isEqualTo("6d940b2ddb97efdf42c0448b2761bde77ae31397\n");
        assertThat(LAB.exec("boot-3", "mountpoint", "-q", "/etc/resolv.conf").succeeded())
                .isFalse();
    }

    @Test
    void enginesPullImagesOfTheArtifactSet() {
        LAB.exec("boot-3", "docker", "pull", "-q", "quay.io/cybozu/etcd:3.5.4.1")
                .orFail();
        var install = "docker run --pull never --rm -u root:root --entrypoint= -v /usr/local/bin:/host"
                + " quay.io/cybozu/etcd:3.5.4.1 /usr/local/etcd/install-tools && etcdctl version";

        assertThat(LAB.shell("boot-3", install).orFail().stdout()).contains("etcdctl version");
    }

    @Test
    void aVaultThatWasGivenIsServedForTheStandInAndKeptNowhereElse() {
        String image = "quay.io/cybozu/vault:1.10.2.1";
        String vault = "docker run --rm " + image
                + " version && docker run --rm -u root:root --entrypoint= -v /usr/local/bin:/host " + image
                + " /usr/local/vault/install-tools && vault status";

        assertThat(LAB.shell("boot-3", vault).orFail().stdout())
                .contains("version of the one that was given", "status of the one that was given");
        assertThat(onThisMachine("docker", "images", "-q", "neco-lab/content/vault:" + LAB.name()))
                .as("image of the lab alone")
                .isEmpty();
    }

    @Test
    void releasesAreFoundWithAndWithoutTheProxy(@TempDir Path directory) throws IOException {
        var deb = Files.writeString(directory.resolve("probe.deb"), "not really a package");
        var version = "1." + System.currentTimeMillis();
        LAB.lab("release", version, "--deb", deb.toString(), "--repository", REPOSITORY)
                .orFail();
        var latest = "https://api.github.com/repos/" + REPOSITORY + "/releases/latest";
        var file = "https://github.com/" + REPOSITORY + "/releases/download/release-" + version + "/neco_" + version
                + "_amd64.deb";

        assertThat(LAB.exec("boot-3", "curl", "-sSf", latest).orFail().stdout())
                .contains("\"tag_name\":\"release-" + version + "\"");
        assertThat(LAB.exec("boot-3", "curl", "-sSfL", "-x", "http://10.0.49.3:3128", file)
                        .orFail()
                        .stdout())
                .isEqualTo("not really a package");
    }

    @Test
    void serversOfTheInternetFailWhenAskedTo() {
        LAB.fault("api", "server-error");
        LAB.fault("registry", "down");

        assertThat(LAB.exec("boot-3", "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "https://api.github.com/")
                        .stdout())
                .isEqualTo("500");
        assertThat(LAB.exec("boot-3", "docker", "pull", "-q", "quay.io/cybozu/serf:0.9.7.1")
                        .succeeded())
                .isFalse();
    }

    @Test
    void aHostThatIsCutOffIsAloneUntilItIsHealedEvenIfItReboots() {
        LAB.cut("boot-3");
        assertThat(reaches("boot-0", "10.69.2.67")).isFalse();
        String before = startOf("boot-3");
        LAB.exec("boot-3", "reboot");
        Lab.waitUntil(
                "boot-3 runs again",
                SOON,
                () -> bootServerRuns("boot-3") && !startOf("boot-3").equals(before));
        assertThat(reaches("boot-0", "10.69.2.67")).isFalse();

        LAB.heal("boot-3");

        Lab.waitUntil("boot-0 reaches boot-3", SOON, () -> reaches("boot-0", "10.69.2.67"));
        Lab.waitUntil("boot-3 reaches boot-0", SOON, () -> reaches("boot-3", "10.69.0.3"));
    }

    @Test
    void aHostWhosePlugWasPulledComesBackWithItsAddresses() {
        LAB.kill("boot-3");
        assertThat(LAB.exec("boot-3", "true").succeeded()).isFalse();

        LAB.heal("boot-3");

        Lab.waitUntil("boot-3 reaches boot-0", SOON, () -> reaches("boot-3", "10.69.0.3"));
    }

    @Test
    void aPoweredOffHostStaysOff() {
        String start = "{{.State.StartedAt}}, {{.RestartCount}} restarts";
        String before = inspect("boot-3", start);

        LAB.exec("boot-3", "poweroff");

        Lab.waitUntil("boot-3 is off", SOON, () -> LAB.lab("status").stdout().matches("(?s).*boot-3 +exited.*"));
        // what the engine decides by, and what it did while another host was off and on again
        assertThat(inspect("boot-3", "{{.State.ExitCode}} {{.HostConfig.RestartPolicy.Name}}"))
                .isEqualTo("0 on-failure");
        LAB.reboot("boot-2");
        Lab.waitUntil("boot-2 runs again", SOON, () -> bootServerRuns("boot-2"));
        assertThat(inspect("boot-3", "{{.State.Status}}, " + start)).isEqualTo("exited, " + before);
    }

    private static String inspect(String host, String format) {
        return onThisMachine("docker", "container", "inspect", "-f", format, LAB.name() + "-" + host);
    }

    private static String onThisMachine(String... command) {
        return Shell.run(command).orFail().stdout().strip();
    }

    /** When the host's systemd was started. */
    private static String startOf(String host) {
        return LAB.exec(host, "systemctl", "show", "--property=UserspaceTimestampMonotonic", "--value")
                .stdout()
                .trim();
    }

    private static boolean bootServerRuns(String host) {
        return LAB.exec(host, "systemctl", "is-system-running").stdout().trim().equals("running");
    }

    private static boolean reaches(String host, String address) {
        return LAB.exec(host, "ping", "-n", "-q", "-c", "3", "-i", "0.2", "-W", "1", address)
                .succeeded();
    }
}
