package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    @TempDir
    Path dir;

    private HostFiles files;
    private Identity identity;

    @BeforeEach
    void setUp() {
        files = new HostFiles(new HostRoot(dir));
        identity = new Identity(files);
    }

    @Test
    void readsRackNumberAndClusterNameWithoutWhiteSpace() throws IOException {
        files.write(HostPaths.RACK_FILE, " 1\n", FileMode.WORLD_READABLE);
        files.write(HostPaths.CLUSTER_FILE, "my-cluster\n", FileMode.WORLD_READABLE);

        assertThat(identity.logicalRackNumber()).isEqualTo(1);
        assertThat(identity.clusterName()).isEqualTo("my-cluster");
    }

    @Test
    void aMissingRackFileIsNamedWithWhatItMustHold() {
        assertThatThrownBy(identity::logicalRackNumber)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(HostPaths.RACK_FILE + " is missing")
                .hasMessageContaining("logical rack number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "1.5", "-1", "99999999999"})
    void aGarbledRackFileIsRefusedWithItsValue(String text) throws IOException {
        files.write(HostPaths.RACK_FILE, text, FileMode.WORLD_READABLE);

        assertThatThrownBy(identity::logicalRackNumber)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(HostPaths.RACK_FILE + " is \"" + text + "\"");
    }

    @Test
    void anEmptyClusterFileGivesAnEmptyName() throws IOException {
        files.write(HostPaths.CLUSTER_FILE, "\n", FileMode.WORLD_READABLE);

        assertThat(identity.clusterName()).isEmpty();
    }

    @Test
    void theFlagFileMarksATestDataCentre() throws IOException {
        assertThat(identity.isTestDataCentre()).isFalse();

        files.write(HostPaths.DCTEST_FILE, "", FileMode.WORLD_READABLE);

        assertThat(identity.isTestDataCentre()).isTrue();
    }
}
