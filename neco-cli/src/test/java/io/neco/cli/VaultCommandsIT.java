package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code neco vault} against a real etcd. */
class VaultCommandsIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private ClusterHost host;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    @Test
    void unsealKeyIsShownUntilItIsRemoved() {
        host.store(ClusterHost.REQUEST);

        CommandLineRun show = host.neco();
        assertThat(show.run("vault", "show-unseal-key")).isZero();
        assertThat(show.out.toString()).isEqualTo("a2V5\n");
        assertThat(host.neco().run("vault", "remove-unseal-key")).isZero();
        assertThat(host.neco().run("vault", "remove-unseal-key")).isZero();
        assertThat(host.neco().run("vault", "show-unseal-key")).isEqualTo(1);
        assertThat(host.neco().run("vault", "show-root-token")).isEqualTo(1);
    }

    @Test
    void unsealDoesNothingBeforeSetupAndWithoutAKey() throws IOException {
        CommandLineRun noKey = host.neco();
        assertThat(noKey.run("vault", "unseal")).isZero();
        assertThat(noKey.err.toString()).isEqualTo("no unseal key\n");

        Files.delete(root.resolve("etc/neco/config.yml"));
        CommandLineRun noSetup = host.neco();
        assertThat(noSetup.run("vault", "unseal")).isZero();
        assertThat(noSetup.err.toString()).isEmpty();
    }

    /** Up to Vault 1.12 a key of the right length that is not the right one is a failure of the server. */
    @ParameterizedTest
    @CsvSource({
        "400, invalid key: key is shorter than minimum 16 bytes",
        "500, unable to retrieve stored keys: failed to decrypt keys from storage: cipher: message authentication failed"
    })
    void anUnsealKeyThatVaultDoesNotTakeIsToldWithItsKeyAndCureButNotShown(int status, String error)
            throws IOException {
        host.store(ClusterHost.REQUEST);
        HttpServer vault = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        vault.createContext(
                "/v1/sys/health", exchange -> answer(exchange, 299, "{\"initialized\":true,\"sealed\":true}"));
        vault.createContext("/v1/sys/unseal", exchange -> answer(exchange, status, "{\"errors\":[\"" + error + "\"]}"));
        vault.start();
        try {
            CommandLineRun neco = host.neco()
                    .with("VAULT_ADDR", "http://127.0.0.1:" + vault.getAddress().getPort());

            assertThat(host.complaint(neco, "vault unseal"))
                    .contains("vault-unseal-key")
                    .contains("status " + status + ": " + error)
                    .contains("`neco vault show-unseal-key`")
                    .contains("`etcdctl put /neco/vault-unseal-key`")
                    .doesNotContain("a2V5");
        } finally {
            vault.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
