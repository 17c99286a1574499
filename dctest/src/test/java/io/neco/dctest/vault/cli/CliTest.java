package io.neco.dctest.vault.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.vault.VaultServer;
import io.neco.dctest.vault.config.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
    private static final String TOKEN = "cybozu";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    @SuppressWarnings("NullAway.Init")
    private VaultServer server;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        server = VaultServer.start(
                ServerConfig.development(ServerConfig.address("127.0.0.1:0"), TOKEN),
                Clock.systemUTC(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                line -> {});
        environment.put("HOME", home.toString());
        environment.put("VAULT_ADDR", "http://127.0.0.1:" + server.address().getPort());
        environment.put("VAULT_TOKEN", TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private record Run(int code, String out, String err) {}

    private Run run(String stdin, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Cli.run(
                List.of(words),
                new Surroundings(
                        environment,
                        new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Run vault(String... words) {
        return run("", words);
    }

    @Test
    void statusTellsTheSealByItsExitCode() throws IOException {
        Run table = vault("status");
        Run json = vault("status", "-format=json");

        assertThat(table.code()).isZero();
        assertThat(table.out()).contains("Sealed          false", "Storage Type    inmem");
        assertThat(json.code()).isZero();
        assertThat(fields(json.out()).flag("sealed", true)).isFalse();
        assertThat(vault("operator", "seal").code()).isZero();
        assertThat(vault("status").code()).isEqualTo(2);
        environment.put("VAULT_ADDR", "http://127.0.0.1:1");
        assertThat(vault("status").code()).isEqualTo(1);
    }

    private static Fields fields(String json) throws IOException {
        return new Fields(Json.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void administratorIsSetUpAndLogsIn() {
        assertThat(vault("auth", "enable", "-default-lease-ttl=2h", "-max-lease-ttl=24h", "userpass"))
                .isEqualTo(new Run(0, "Success! Enabled userpass auth method at: userpass/\n", ""));
        assertThat(vault("write", "auth/userpass/users/admin", "policies=admin,ca-admin", "password=cybozu"))
                .isEqualTo(new Run(0, "Success! Data written to: auth/userpass/users/admin\n", ""));
        environment.remove("VAULT_TOKEN");

        Run login = run("cybozu", "login", "-token-only", "-method=userpass", "username=admin", "password=-");

        assertThat(login.code()).isZero();
        assertThat(login.out()).matches("hvs\\.\\w+");
        assertThat(home.resolve(".vault-token")).doesNotExist();
        environment.put("VAULT_TOKEN", login.out());
        assertThat(vault("token", "lookup").out()).contains("[admin ca-admin default]");
        assertThat(vault("token", "revoke", "-self"))
                .isEqualTo(new Run(0, "Success! Revoked token (if it existed)\n", ""));
        assertThat(vault("token", "lookup").code()).isEqualTo(2);
    }

    @Test
    void loginKeepsTheTokenForLaterCommands() throws IOException {
        environment.remove("VAULT_TOKEN");

        assertThat(vault("login", TOKEN).code()).isZero();

        Path file = home.resolve(".vault-token");
        assertThat(Files.readString(file)).isEqualTo(TOKEN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(vault("auth", "list").out()).contains("token/");
        assertThat(vault("login", "wrong").code()).isEqualTo(2);
    }

    @Test
    void dataComesFromWordsFilesAndStandardInput() throws IOException {
        vault("secrets", "enable", "-path=kv", "-version=1", "kv");
        Path file = home.resolve("value");
        Files.writeString(file, "from file");

        assertThat(run("from stdin", "write", "kv/a", "x=1", "y=@" + file, "z=-")
                        .code())
                .isZero();
        assertThat(run("{\"n\": 5}", "write", "kv/b", "-").code()).isZero();

        assertThat(fields(vault("read", "-format=json", "kv/a").out())
                        .object("data")
                        .values())
                .isEqualTo(Map.of("x", "1", "y", "from file", "z", "from stdin"));
        assertThat(vault("read", "-field=n", "kv/b").out()).isEqualTo("5");
        assertThat(vault("list", "kv").out()).isEqualTo("Keys\n----\na\nb\n");
        assertThat(vault("delete", "kv/a").code()).isZero();
        assertThat(vault("read", "kv/a")).isEqualTo(new Run(2, "", "No value found at kv/a\n"));
        assertThat(vault("write", "kv/c").code()).isEqualTo(1);
    }

    @Test
    void policiesAreWrittenFromFiles() throws IOException {
        Path file = home.resolve("p.hcl");
        Files.writeString(file, "path \"a\" { capabilities = [\"read\"] }\n");

        assertThat(vault("policy", "write", "p", file.toString()).out()).isEqualTo("Success! Uploaded policy: p\n");
        assertThat(vault("policy", "list").out()).isEqualTo("default\np\nroot\n");
        assertThat(vault("policy", "read", "p").out()).contains("path \"a\"");
    }

    @Test
    void serverIsInitialisedAndUnsealed() throws IOException {
        try (VaultServer fresh = VaultServer.start(
                new ServerConfig(
                        ServerConfig.address("127.0.0.1:0"),
                        Optional.empty(),
                        false,
                        "http://127.0.0.1",
                        "",
                        Optional.empty(),
                        Optional.empty()),
                Clock.systemUTC(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                line -> {})) {
            environment.put("VAULT_ADDR", "http://127.0.0.1:" + fresh.address().getPort());
            assertThat(vault("operator", "init", "-status").code()).isEqualTo(2);

            Fields made = fields(vault("operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json")
                    .out());
            Run unsealed =
                    vault("operator", "unseal", made.list("unseal_keys_b64").get(0));

            assertThat(unsealed.out()).contains("Sealed          false");
            environment.put("VAULT_TOKEN", made.text("root_token"));
            assertThat(vault("secrets", "list").out()).contains("sys/");
        }
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
    void failuresTellAddressCodeAndErrors() {
        Run run = vault("write", "nosuch/path", "a=b");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("URL: PUT " + environment.get("VAULT_ADDR") + "/v1/nosuch/path")
                .contains("Code: 404")
                .contains("* no handler for route 'nosuch/path'");
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
