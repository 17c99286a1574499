package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.cli.FleetFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** sabakan-state-setter's own use of {@code neco power} and {@code neco tpm}, with the real commands behind it. */
class NecoCommandIT {
    @RegisterExtension
    static final io.neco.store.testing.EtcdCluster ETCD = io.neco.store.testing.EtcdCluster.single();

    @TempDir
    private Path root;

    private FleetFixture fixture;
    private Neco neco;

    @BeforeEach
    void start() {
        fixture = new FleetFixture(root, ETCD.config());
        neco = new Neco(fixture.commands());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void seesWhetherAMachineIsOffAndSwitchesItOff() throws Exception {
        assertThat(neco.isOff("cs1")).isFalse();

        assertThat(neco.powerOff("cs1")).isEqualTo("ok");

        assertThat(neco.isOff("cs1")).isTrue();
    }

    @Test
    void clearsTheTpmOfARetiringMachine() throws Exception {
        fixture.retire();

        neco.clearTpm("cs1");

        assertThat(fixture.bmc().pending).containsEntry("Tpm2Hierarchy", "\"Clear\"");
    }

    @Test
    void learnsWhyItCannotBeCleared() {
        assertThatIOException()
                .isThrownBy(() -> neco.clearTpm("cs1"))
                .withMessageContaining("failed with exit status 1")
                .withMessageContaining("machine is not retiring");
    }
}
