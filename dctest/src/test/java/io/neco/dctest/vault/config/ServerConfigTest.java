package io.neco.dctest.vault.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.dctest.tls.KeyPairFiles;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    private static final String BOOT_SERVER = """
            # vault configuration file
            listener "tcp" {
              address = "0.0.0.0:8200"
              tls_cert_file = "/etc/neco/server.crt"
              tls_key_file = "/etc/neco/server.key"
              telemetry {
                unauthenticated_metrics_access = true
              }
            }
            telemetry {
              prometheus_retention_time = "5m"
              disable_hostname = true
            }
            api_addr = "https://10.69.0.195:8200"
            cluster_addr = "https://10.69.0.195:8201"
            storage "etcd" {
              address = "https://10.69.0.3:2379,https://10.69.0.195:2379,https://10.69.1.131:2379"
              etcd_api = "v3"
              ha_enabled = "true"
              tls_cert_file = "/etc/vault/etcd.crt"
              tls_key_file = "/etc/vault/etcd.key"
            }
            """;

    @Test
    void configurationOfABootServerIsUnderstood() {
        ServerConfig config = ServerConfig.parse(BOOT_SERVER);

        assertThat(config.address().getPort()).isEqualTo(8200);
        assertThat(config.address().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(config.listenerTls())
                .hasValue(new KeyPairFiles(Path.of("/etc/neco/server.crt"), Path.of("/etc/neco/server.key")));
        assertThat(config.unauthenticatedMetrics()).isTrue();
        assertThat(config.apiAddress()).isEqualTo("https://10.69.0.195:8200");
        assertThat(config.clusterAddress()).isEqualTo("https://10.69.0.195:8201");
        assertThat(config.development()).isEmpty();
        ServerConfig.Etcd etcd = config.etcd().orElseThrow();
        assertThat(etcd.path()).isEqualTo("/vault/");
        assertThat(etcd.highAvailability()).isTrue();
        assertThat(etcd.trust()).isEmpty();
        assertThat(etcd.client().orElseThrow().key()).isEqualTo(Path.of("/etc/vault/etcd.key"));
    }

    @Test
    void etcdMemberOnTheSameServerComesFirst() {
        assertThat(ServerConfig.parse(BOOT_SERVER).etcd().orElseThrow().endpoints())
                .containsExactly(
                        URI.create("https://10.69.0.195:2379"),
                        URI.create("https://10.69.0.3:2379"),
                        URI.create("https://10.69.1.131:2379"));
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        assertThatThrownBy(() -> ServerConfig.parse(BOOT_SERVER.replace("storage \"etcd\"", "storage \"raft\"")))
                .hasMessageContaining("raft")
                .hasMessageContaining("stand-in");
        assertThatThrownBy(() -> ServerConfig.parse(BOOT_SERVER + "seal \"awskms\" {}"))
                .hasMessageContaining("seal");
        assertThatThrownBy(() -> ServerConfig.parse("listener \"tcp\" {}\nstorage \"inmem\" {}"))
                .hasMessageContaining("tls_cert_file");
        assertThatThrownBy(() -> ServerConfig.parse("storage \"inmem\" {}")).hasMessageContaining("listener");
        assertThatThrownBy(() -> ServerConfig.parse(BOOT_SERVER.replace(":2379,", ",")))
                .hasMessageContaining("10.69.0");
        assertThatThrownBy(() -> ServerConfig.address("8200")).hasMessageContaining("HOST:PORT");
    }
}
