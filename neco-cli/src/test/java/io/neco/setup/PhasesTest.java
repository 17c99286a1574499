package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.program.vault.VaultCa;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhasesTest {
    @TempDir
    private Path root;

    @Test
    void toolsArePulledBeforeAnyIsInstalled() throws IOException, InterruptedException {
        FakeHost host = new FakeHost(root);

        new ToolsPhase(host.host()).run();

        assertThat(host.commands)
                .containsExactly(
                        "pull quay.io/cybozu/etcd:3.5.4.1",
                        "pull quay.io/cybozu/vault:1.10.2.1",
                        "run quay.io/cybozu/etcd:3.5.4.1 /usr/local/bin:/host /usr/local/etcd/install-tools",
                        "run quay.io/cybozu/vault:1.10.2.1 /usr/local/bin:/host /usr/local/vault/install-tools");
    }

    @Test
    void rolesAllowWhatTheirCertificatesAreFor() {
        assertThat(BootstrapVault.role(VaultCa.SERVER, "1h").isClient()).contains(false);
        assertThat(BootstrapVault.role(VaultCa.ETCD_CLIENT, "1h").isServer()).contains(false);
        assertThat(BootstrapVault.role(VaultCa.ETCD_PEER, "1h").isServer()).isEmpty();
        assertThat(BootstrapVault.role(VaultCa.ETCD_PEER, "1h").isClient()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3.4.23,true",
        "3.1.0,true",
        "4.0.0,true",
        "3.0.17,false",
        "2.3.8,false",
        "'',false",
        "not decided,false"
    })
    void etcdMustBeNewEnough(String version, boolean isNewEnough) {
        assertThat(EtcdPhase.isNewEnough(version)).isEqualTo(isNewEnough);
    }
}
