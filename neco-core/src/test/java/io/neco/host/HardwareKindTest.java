package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
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
    void anUnknownKindIsNamed() {
        assertThatThrownBy(() -> HardwareKind.classify("wsl", "")).hasMessage("unsupported hardware type: wsl");
    }
}
