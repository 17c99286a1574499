package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of bin/internal/prepare and of how scripts become root, which change nothing on this machine. */
class PrepareIT {
    private static final Path INTERNAL = Shell.sourceTree().resolve("bin/internal");

    @TempDir
    private Path directory;

    private Path policy;

    @BeforeEach
    void namePolicy() {
        policy = directory.resolve("policy-rc.d");
    }

    @Test
    void servicesAreDeniedAndThePolicyOfTheMachineIsRestored() throws IOException {
        Files.writeString(policy, "#!/bin/sh\nexit 0\n");

        policy("deny_services; status=0; $policy || status=$?; [ $status = 101 ]; restore_policy");

        assertThat(policy).hasContent("#!/bin/sh\nexit 0\n");
        assertThat(directory.resolve("policy-rc.d.neco")).doesNotExist();
    }

    @Test
    void aRunThatWasKilledDoesNotDenyServicesForEver() throws IOException {
        policy("deny_services");

        policy("deny_services; restore_policy");

        assertThat(directory).isEmptyDirectory();

        Files.writeString(policy, "#!/bin/sh\nexit 0\n");
        policy("deny_services");

        policy("deny_services; restore_policy");

        assertThat(policy).hasContent("#!/bin/sh\nexit 0\n");
        assertThat(directory.resolve("policy-rc.d.neco")).doesNotExist();
    }

    @Test
    void aPolicyThatIsNotOursIsNotRemoved() throws IOException {
        Files.writeString(policy, "#!/bin/sh\nexit 0\n");

        policy("restore_policy");

        assertThat(policy).exists();
    }

    @Test
    void rootKeepsTheSettingsByName() throws IOException {
        Path sudo = Files.writeString(directory.resolve("sudo"), "#!/bin/sh\necho \"$@\"\n");
        Files.setPosixFilePermissions(sudo, PosixFilePermissions.fromString("rwxr-xr-x"));

        Lab.Result result = Shell.run(
                Map.of("PATH", directory + ":" + System.getenv("PATH")),
                "bash",
                "-euc",
                ". " + INTERNAL + "/rights.sh; as_root bin/demo --vault 'a b'");

        assertThat(result.orFail().stdout()).startsWith("--preserve-env=").endsWith(" bin/demo --vault a b\n");
        String kept = result.stdout().substring("--preserve-env=".length()).split(" ", 2)[0];
        assertThat(kept.split(",", -1))
                .contains(
                        "NECO_LAB", "NECO_LAB_STATE", "NECO_JDK", "JAVA_HOME", "http_proxy", "HTTPS_PROXY", "no_proxy");
    }

    private void policy(String commands) {
        String functions =
                "sed -n '/^policy_mark=/p; /^deny_services() {/,/^}/p; /^restore_policy()/p' " + INTERNAL + "/prepare";
        Shell.run("bash", "-euo", "pipefail", "-c", "policy=" + policy + "; eval \"$(" + functions + ")\"; " + commands)
                .orFail();
    }
}
