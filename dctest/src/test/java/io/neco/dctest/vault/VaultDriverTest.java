package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.github.jopenlibs.vault.response.PkiResponse;
import io.neco.dctest.vault.config.ServerConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls that a boot server makes, through the client library that it makes them with. */
class VaultDriverTest {

    @SuppressWarnings("NullAway.Init")
    private VaultServer server;

    @BeforeEach
    void start() throws IOException {
        ServerConfig inMemory = new ServerConfig(
                ServerConfig.address("127.0.0.1:0"),
                Optional.empty(),
                false,
                "http://127.0.0.1",
                "",
                Optional.empty(),
                Optional.empty());
        server = VaultServer.start(
                inMemory,
                Clock.systemUTC(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                line -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Vault driver(String token) throws VaultException {
        VaultConfig config = new VaultConfig()
                .address("http://127.0.0.1:" + server.address().getPort())
                .openTimeout(5)
                .readTimeout(30);
        return Vault.create((token.isEmpty() ? config : config.token(token)).build(), 1);
    }

    @Test
    void driverInitialisesUnsealsMountsIssuesAndRevokes() throws VaultException {
        Vault anonymous = driver("");
        assertThat(anonymous.sys().seal().sealStatus().getSealed()).isTrue();

        LogicalResponse init = anonymous.logical().write("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));
        JsonObject made = Json.parse(new String(init.getRestResponse().getBody(), StandardCharsets.UTF_8))
                .asObject();
        assertThat(anonymous
                        .sys()
                        .seal()
                        .unseal(made.get("keys_base64").asArray().get(0).asString())
                        .getSealed())
                .isFalse();
        Vault root = driver(made.getString("root_token"));
        assertThat(root.debug().health().getRestResponse().getStatus()).isEqualTo(200);

        LogicalResponse mounted = root.logical()
                .write(
                        "sys/mounts/ca/server",
                        Map.of(
                                "type",
                                "pki",
                                "config",
                                new JsonObject().add("max_lease_ttl", "876000h").add("default_lease_ttl", "87600h")));
        assertThat(mounted.getRestResponse().getStatus()).isEqualTo(204);
        LogicalResponse generated = root.logical()
                .write(
                        "ca/server/root/generate/exported",
                        Map.of("common_name", "server CA", "format", "pem_bundle", "ttl", "876000h"));
        assertThat(generated.getData().get("certificate")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        root.logical()
                .write("ca/server/roles/system", Map.of("allow_any_name", true, "client_flag", false, "ttl", "1h"));
        // not mounts().list(): the driver keeps a lease's length in an int, which 876000h exceeds
        assertThat(root.logical().read("sys/mounts").getDataObject().get("ca/server/"))
                .isNotNull();

        PkiResponse issued = root.pki("ca/server")
                .issue("system", "boot-0", List.of("localhost"), List.of("127.0.0.1", "10.69.0.3"), "1h", null);

        assertThat(issued.getCredential().getCertificate()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(issued.getCredential().getPrivateKey()).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        assertThat(issued.getCredential().getIssuingCa()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(issued.getCredential().getSerialNumber()).contains(":");
        root.auth().revokeSelf();
        assertThat(root.logical().read("sys/mounts").getRestResponse().getStatus())
                .isEqualTo(403);
    }
}
