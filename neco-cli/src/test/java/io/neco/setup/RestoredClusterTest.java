package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.Site;
import io.neco.program.etcd.EtcdProgram;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestoredClusterTest {
    private static final String CONFIG = EtcdProgram.newConfig(1, List.of(0, 1, 2), new BootServer(Site.defaults()));

    @Test
    void takesNamesPeersAndTokenFromEtcdsConfiguration() throws IOException {
        RestoredCluster cluster = RestoredCluster.of(CONFIG, 1);

        assertThat(cluster.name()).isEqualTo("boot-1");
        assertThat(cluster.ownPeerUrl()).isEqualTo("https://10.69.0.195:2380");
        assertThat(cluster.initialCluster())
                .isEqualTo("boot-0=https://10.69.0.3:2380,boot-1=https://10.69.0.195:2380,"
                        + "boot-2=https://10.69.1.131:2380");
        assertThat(cluster.token()).isEqualTo("boot-cluster");
    }

    @Test
    void hasATokenThatComesFromTheSnapshot() throws IOException {
        RestoredCluster first = RestoredCluster.of(CONFIG, 1).from("0123456789abcdef0123");
        RestoredCluster second = RestoredCluster.of(CONFIG, 1).from("fedcba98765432100000");

        assertThat(first.token()).isEqualTo("boot-cluster-0123456789ab");
        assertThat(first.ownId()).isNotEqualTo(second.ownId());
    }

    @Test
    void knowsTheIdThatEtcdGivesItsMember() {
        RestoredCluster defaults =
                new RestoredCluster("default", Map.of("default", "http://localhost:2380"), "etcd-cluster");

        assertThat(Long.toHexString(defaults.ownId()))
                .as("the id of every etcd that is started without settings")
                .isEqualTo("8e9e05c52164694d");
    }

    @Test
    void refusesTheConfigurationOfAnotherServer() {
        assertThatThrownBy(() -> RestoredCluster.of(CONFIG, 2))
                .hasMessageContaining("is that of boot-1, but this is boot server 2");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> RestoredCluster.of("name: boot-1\n", 1)).hasMessageContaining("no initial-cluster");
        assertThatThrownBy(() ->
                        RestoredCluster.of("name: boot-1\ninitial-cluster: boot-1\ninitial-cluster-token: t\n", 1))
                .hasMessageContaining("\"boot-1\", which is not NAME=URL")
                .hasMessageContaining("--members");
        assertThatThrownBy(() -> RestoredCluster.of(": [", 1)).hasMessageContaining("not valid YAML");
    }
}
