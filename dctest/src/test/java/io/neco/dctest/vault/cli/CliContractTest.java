package io.neco.dctest.vault.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.vault.VaultServer;
import io.neco.dctest.vault.config.ServerConfig;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line as far as boot servers and operators use it: of the stand-in, in this process, or of the program that {@code -Dvault.binary}
 * names, which then also is the server.
 */
class CliContractTest {
    private static final String PROGRAM = System.getProperty("vault.binary", "");
    private static final String TOKEN = "cybozu";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    private final Map<String, String> environment = new HashMap<>();
    private final List<AutoCloseable> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        environment.put("HOME", home.toString());
        environment.put("VAULT_TOKEN", TOKEN);
        int port = Ports.free();
        serve(
                port,
                ServerConfig.development(ServerConfig.address("127.0.0.1:" + port), TOKEN),
                "-dev",
                "-dev-no-store-token",
                "-dev-root-token-id=" + TOKEN,
                "-dev-listen-address=127.0.0.1:" + port);
    }

    /** Starts a server, and lets the commands ask it. */
    private void serve(int port, ServerConfig standIn, String... flags) throws IOException {
        if (PROGRAM.isEmpty()) {
            servers.add(VaultServer.start(
                    standIn,
                    Clock.systemUTC(),
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    line -> {}));
        } else {
            List<String> command = new ArrayList<>(List.of(PROGRAM, "server"));
            command.addAll(List.of(flags));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve(port + ".log").toFile())
                    .start();
            servers.add(() -> process.destroyForcibly().waitFor());
        }
        environment.put("VAULT_ADDR", "http://127.0.0.1:" + port);
        Awaitility.await("a server that answers")
                .atMost(Duration.ofSeconds(30))
                .until(() -> vault("status").code() != 1);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    private Run run(String stdin, String... words) {
        return PROGRAM.isEmpty()
                ? Run.ofTheStandIn(environment, stdin, words)
                : Run.of(PROGRAM, environment, stdin, words);
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
        assertThat(login.out()).matches(PROGRAM.isEmpty() ? "hvs\\.\\w+" : "(hvs|s)\\.\\w+");
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
        int port = Ports.free();
        String config = """
                disable_mlock = true
                listener "tcp" {
                  address = "127.0.0.1:%d"
                  tls_disable = true
                }
                storage "inmem" {}
                """.formatted(port);
        Path file = Files.writeString(home.resolve("config.hcl"), config);
        serve(port, ServerConfig.parse(config), "-config=" + file);
        assertThat(vault("operator", "init", "-status").code()).isEqualTo(2);

        Fields made = fields(vault("operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json")
                .out());
        Run unsealed = vault("operator", "unseal", made.list("unseal_keys_b64").get(0));

        assertThat(unsealed.out()).contains("Sealed          false");
        environment.put("VAULT_TOKEN", made.text("root_token"));
        assertThat(vault("secrets", "list").out()).contains("sys/");
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
}
