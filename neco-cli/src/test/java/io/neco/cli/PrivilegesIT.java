package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.neco.setup.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users that are not root are told. When root runs the tests, the processes give up what makes it root. */
class PrivilegesIT {
    /** The user nobody, who can read the classes under test all the same. */
    private static final List<String> AS_NOBODY = List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=+dac_read_search");

    /** Root, for whom permissions count. */
    private static final List<String> WITHOUT_CAPABILITIES =
            List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all");

    @TempDir
    private Path root;

    private static List<String> through(List<String> setpriv) throws IOException, InterruptedException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return List.of();
        }
        List<String> probe = new ArrayList<>(setpriv);
        probe.add("true");
        Process process = new ProcessBuilder(probe).inheritIO().start();
        assumeThat(process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0)
                .as("this machine lets privileges be given up")
                .isTrue();
        return setpriv;
    }

    @BeforeEach
    void makeConfiguration() throws IOException {
        Files.createDirectories(root.resolve("etc/neco"));
        Files.writeString(root.resolve("etc/neco/config.yml"), "endpoints: [\"https://127.0.0.1:1\"]\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setup 0 1 2|setup must be run as root",
                "join 0|neco join must be run as root",
                "init-local cke|neco init-local must be run as root",
                "cert renew|neco cert renew must be run as root",
                "etcd restore /nowhere/snapshot|neco etcd restore must be run as root",
                "teleport config|run as root",
                "bmc setup-hw|run as root"
            })
    void refusesWhatOnlyRootCanDo(String call, String refusal) throws Exception {
        try (NecoProcess neco = NecoProcess.onThisHost(through(AS_NOBODY), call.split(" ", -1))) {
            assertThat(neco.exitStatus()).isEqualTo(1);

            assertThat(neco.said())
                    .contains(" error: \"" + refusal + ": this is user id ")
                    .contains("use sudo");
        }
    }

    @Test
    void saysThatTheConfigurationIsForRootOnly() throws Exception {
        Path config = root.resolve("etc/neco/config.yml");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("---------"));

        assertThat(complaint()).contains("no permission to read " + config + "; run this as root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls-ca-file", "tls-cert-file", "tls-key-file"})
    void saysThatAFileOfTheConfigurationIsForRootOnly(String setting) throws Exception {
        String certificate = TestCertificates.endingAt("boot-0", Instant.now().plus(Duration.ofDays(1)))
                .getCertificatePEM();
        StringBuilder yaml = new StringBuilder("endpoints: [\"https://127.0.0.1:1\"]\n");
        for (String name : List.of("tls-ca-file", "tls-cert-file", "tls-key-file")) {
            yaml.append(name)
                    .append(": ")
                    .append(Files.writeString(root.resolve(name), certificate))
                    .append('\n');
        }
        Files.writeString(root.resolve("etc/neco/config.yml"), yaml);
        Files.setPosixFilePermissions(root.resolve(setting), PosixFilePermissions.fromString("---------"));

        assertThat(complaint())
                .contains("no permission to read " + root.resolve(setting) + " (" + setting + " in "
                        + root.resolve("etc/neco/config.yml") + "); run this as root");
    }

    private String complaint() throws Exception {
        try (NecoProcess neco = NecoProcess.start(through(WITHOUT_CAPABILITIES), root, "status")) {
            assertThat(neco.exitStatus()).as(neco.said()).isEqualTo(1);
            return neco.said();
        }
    }
}
