package io.neco.dctest.vault.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is the stand-in's own, or needs a server that misbehaves; the rest is in {@link CliContractTest}. */
class CliTest {
    private final Map<String, String> environment = new HashMap<>();

    private Run vault(String... words) {
        return Run.ofTheStandIn(environment, "", words);
    }

    /** A sealed server that shares its storage does not know who leads, and says no more than that it is sealed. */
    @Test
    void statusOfASealedServerOfSeveralIsToldWithoutItsLeader() throws IOException {
        HttpServer sealed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(
                sealed,
                "/v1/sys/seal-status",
                200,
                "{\"type\":\"shamir\",\"initialized\":true,\"sealed\":true,\"t\":1}");
        answer(sealed, "/v1/sys/leader", 503, "{\"errors\":[\"Vault is sealed\"]}");
        sealed.start();
        try {
            environment.put(
                    "VAULT_ADDR", "http://127.0.0.1:" + sealed.getAddress().getPort());

            Run status = vault("status");

            assertThat(status.code()).as(status.toString()).isEqualTo(2);
            assertThat(status.out()).containsPattern("Sealed +true").containsPattern("HA Enabled +true");
            assertThat(vault("status", "-format=json").code()).isEqualTo(2);
        } finally {
            sealed.stop(0);
        }
    }

    private static void answer(HttpServer server, String path, int status, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    @Test
    void unknownCommandsAndFlagsAreUsageErrorsOfTheStandIn() {
        assertThat(vault("kv", "get", "a").code()).isEqualTo(1);
        assertThat(vault("kv", "get", "a").err()).contains("stand-in");
        assertThat(vault("status", "-nosuch").err()).contains("-nosuch").contains("stand-in");
        assertThat(vault("server").code()).isEqualTo(1);
        assertThat(vault().code()).isEqualTo(1);
        assertThat(vault("version").out()).startsWith("Vault v1.");
        assertThat(vault("-help").out()).contains("Usage");
    }
}
