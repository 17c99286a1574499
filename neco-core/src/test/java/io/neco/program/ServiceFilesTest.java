package io.neco.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.Site;
import io.neco.program.etcdpasswd.EtcdpasswdProgram;
import io.neco.program.etcdpasswd.LoginRules;
import io.neco.program.promtail.PromtailProgram;
import io.neco.program.sabakan.SabakanProgram;
import io.neco.program.serf.OsRelease;
import io.neco.program.serf.SerfProgram;
import io.neco.program.serftags.SerfTags;
import io.neco.program.setuphw.SetupHwProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every rendered file, byte by byte, as the reference writes it; the expected files are beside this test's class. */
class ServiceFilesTest {
    private static final BootServer SERVERS = new BootServer(Site.defaults());
    private static final List<Integer> LRNS = List.of(0, 1, 2);

    @Test
    void rendersSetupHw() throws IOException {
        assertThat(SetupHwProgram.service("quay.io/cybozu/setup-hw-secret:1.12.0"))
                .isEqualTo(golden("setup-hw.service"));
    }

    @Test
    void rendersSerf() throws IOException {
        OsRelease ubuntu = new OsRelease("Ubuntu", "18.04");

        assertThat(SerfProgram.service("quay.io/cybozu/serf:0.9.7.1")).isEqualTo(golden("serf.service"));
        assertThat(SerfProgram.config(ubuntu, "machine-1234abcd", List.of(1, 2), SERVERS))
                .isEqualTo(golden("serf.json"));
    }

    @Test
    void escapesWhatAPeculiarMachineSaysOfItself() {
        assertThat(SerfProgram.config(new OsRelease("A<&>\"", "1"), "x\ty", List.of(), SERVERS))
                .contains("\"os-name\": \"A\\u003c\\u0026\\u003e\\\"\"")
                .contains("\"serial\": \"x\\ty\"")
                .contains("\"retry_join\": [],");
    }

    @Test
    void readsNameAndVersionOfTheOperatingSystem() {
        assertThat(OsRelease.parse("PRETTY_NAME=\"Ubuntu 18.04.5 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"18.04\"\n"))
                .isEqualTo(new OsRelease("Ubuntu", "18.04"));
        assertThat(OsRelease.parse("NAME=\"Flatcar Container Linux by Kinvolk\"\nVERSION_ID=2765.2.0\nNAME=x\n"))
                .isEqualTo(new OsRelease("Flatcar Container Linux by Kinvolk", "2765.2.0"));
        assertThatThrownBy(() -> OsRelease.parse("VERSION_ID=1\n")).hasMessageContaining("failed to get os type");
        assertThatThrownBy(() -> OsRelease.parse("NAME=a=b\nNAME=x\n"))
                .hasMessageContaining("failed to get os version");
    }

    @Test
    void rendersTheUnitsThatSetSerfsTags() throws IOException {
        assertThat(SerfTags.service()).isEqualTo(golden("setup-serf-tags.service"));
        assertThat(SerfTags.timer()).isEqualTo(golden("setup-serf-tags.timer"));
    }

    @Test
    void theScriptTellsUptimeVersionAndFailedUnits() {
        assertThat(SerfTags.script("2022.05.26-2"))
                .startsWith("#!/bin/sh\n")
                .contains("systemctl list-units --state=failed --no-legend --plain --full")
                .contains("head -c 300")
                .contains("/usr/local/bin/serf tags")
                .contains("-set uptime=\"$(uptime -s)\"")
                .contains("-set version='2022.05.26-2'")
                .contains("-set systemd-units-failed=\"$failed\"");
    }

    @Test
    void rendersEtcdpasswd() throws IOException {
        assertThat(EtcdpasswdProgram.dropIn()).isEqualTo(golden("10-check-certificate.conf"));
        assertThat(EtcdpasswdProgram.config(LRNS, SERVERS)).isEqualTo(golden("etcdpasswd.yml"));
        assertThat(EtcdpasswdProgram.config(List.of(), SERVERS)).startsWith("endpoints: []\ntls-cert-file: ");
    }

    @Test
    void rendersTheRulesOfLogins() {
        assertThat(LoginRules.sshd())
                .isEqualTo("# SSHD configurations for Neco\n\nAuthorizedKeysFile\t.ssh/authorized_keys\n"
                        + "PasswordAuthentication no\nForceCommand /usr/bin/neco session-log start\n");
        assertThat(LoginRules.sudoers()).isEqualTo("%sudo   ALL=(ALL:ALL) NOPASSWD: ALL\n");
    }

    @Test
    void rendersSabakan() throws IOException {
        assertThat(SabakanProgram.service("quay.io/cybozu/sabakan:2.13.0")).isEqualTo(golden("sabakan.service"));
        assertThat(SabakanProgram.config(1, LRNS, SERVERS)).isEqualTo(golden("sabakan.yml"));
    }

    @Test
    void rendersPromtail() throws IOException {
        assertThat(PromtailProgram.service("quay.io/cybozu/promtail:2.5.0.1")).isEqualTo(golden("promtail.service"));
        assertThat(PromtailProgram.config(0, SERVERS)).isEqualTo(golden("promtail.yaml"));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                ServiceFilesTest.class.getResourceAsStream("golden/" + name), "no golden file " + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
