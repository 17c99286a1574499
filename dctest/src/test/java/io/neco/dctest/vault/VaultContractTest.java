package io.neco.dctest.vault;

import io.neco.dctest.vault.config.ServerConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The contract against the stand-in's development mode in this process, or against a real Vault: one that runs
 * ({@code -Dvault.address=URL -Dvault.token=TOKEN}), or one in a container ({@code -Dvault.image=hashicorp/vault:1.10.2}).
 */
class VaultContractTest implements VaultContract {
    private static final String TOKEN = "cybozu";
    private static @Nullable Api api;
    private static @Nullable VaultServer server;
    private static @Nullable GenericContainer<?> container;

    @BeforeAll
    static void start() throws IOException {
        String address = System.getProperty("vault.address", "");
        String image = System.getProperty("vault.image", "");
        if (!address.isEmpty()) {
            api = Api.at(address.replaceFirst("/+$", "")).as(System.getProperty("vault.token", ""));
        } else if (!image.isEmpty()) {
            GenericContainer<?> started = new GenericContainer<>(DockerImageName.parse(image))
                    .withCommand("server", "-dev", "-dev-listen-address=0.0.0.0:8200", "-dev-root-token-id=" + TOKEN)
                    .withExposedPorts(8200)
                    .waitingFor(Wait.forHttp("/v1/sys/health").withStartupTimeout(Duration.ofMinutes(1)));
            container = started;
            started.start();
            api = Api.at("http://" + started.getHost() + ":" + started.getMappedPort(8200))
                    .as(TOKEN);
        } else {
            VaultServer started = VaultServer.start(
                    ServerConfig.development(ServerConfig.address("127.0.0.1:0"), TOKEN),
                    Clock.systemUTC(),
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    line -> {});
            server = started;
            api = Api.at("http://127.0.0.1:" + started.address().getPort()).as(TOKEN);
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (container != null) {
            container.stop();
        }
    }

    @Override
    public Api root() {
        return java.util.Objects.requireNonNull(api);
    }
}
