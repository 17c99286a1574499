package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareKindTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu",
                "kvm",
                "zvm",
                "vmware",
                "microsoft",
                "oracle",
                "xen",
                "bochs",
                "uml",
                "parallels",
                "bhyve"
            })
    void virtualMachines(String answer) throws IOException {
        assertThat(HardwareKind.classify(answer, "")).isEqualTo(HardwareKind.VM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openvz", "lxc", "lxc-libvirt", "systemd-nspawn", "docker"})
    void containers(String answer) throws IOException {
        assertThat(HardwareKind.classify(answer, "")).isEqualTo(HardwareKind.CONTAINER);
    }

    @Test
    void bareMetalIsTakenByVendor() throws IOException {
        assertThat(HardwareKind.classify("none", "Dell Inc.")).isEqualTo(HardwareKind.DELL);
        assertThatThrownBy(() -> HardwareKind.classify("none", "ACME")).hasMessage("unsupported hardware vendor: ACME");
    }

    @Test
    void bareMetalIsNoFailureAlthoughItsAnswerIs(@TempDir Path root) throws Exception {
        HostFiles files = new HostFiles(new HostRoot(root));
        files.write("/sys/class/dmi/id/chassis_vendor", "Dell Inc.\n", FileMode.WORLD_READABLE);

        assertThat(HardwareKind.detect(answering(1, "none\n"), files)).isEqualTo(HardwareKind.DELL);
        assertThat(HardwareKind.detect(answering(0, "kvm\n"), files)).isEqualTo(HardwareKind.VM);
        assertThatThrownBy(() -> HardwareKind.detect(answering(1, ""), files))
                .hasMessageContaining("systemd-detect-virt");
    }

    private static CommandRunner answering(int exitCode, String stdout) {
        return command -> {
            assertThat(command.argv()).containsExactly("systemd-detect-virt");
            return new CommandResult(command, exitCode, stdout, "");
        };
    }

    @Test
    void anUnknownKindIsNamed() {
        assertThatThrownBy(() -> HardwareKind.classify("wsl", "")).hasMessage("unsupported hardware type: wsl");
    }
}
