package io.neco.dctest.vault;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.config.ServerConfig;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against a server with its storage in a real etcd. */
class VaultContractIT implements VaultContract {
    private static @Nullable EtcdProcesses etcd;
    private static @Nullable VaultServer server;
    private static @Nullable Api api;

    @BeforeAll
    static void start() throws IOException {
        EtcdProcesses cluster = new EtcdProcesses(1, Optional.empty());
        etcd = cluster;
        int port = Ports.free();
        String config = """
                listener "tcp" {
                  address = "127.0.0.1:%d"
                  tls_disable = true
                }
                storage "etcd" {
                  address = "%s"
                  ha_enabled = "true"
                }
                """.formatted(port, String.join(",", cluster.endpoints()));
        server = VaultServer.start(
                ServerConfig.parse(config),
                Clock.systemUTC(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                line -> {});
        Api anonymous = Api.at("http://127.0.0.1:" + port);
        Fields made = anonymous
                .put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1))
                .expect(200)
                .fields();
        anonymous
                .put("sys/unseal", Map.of("key", made.list("keys_base64").get(0)))
                .expect(200);
        Awaitility.await("the server to be active")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> anonymous.get("sys/health").status() == 200);
        api = anonymous.as(made.text("root_token"));
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Override
    public Api root() {
        return Objects.requireNonNull(api);
    }
}
