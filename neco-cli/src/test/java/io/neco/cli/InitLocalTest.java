package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.setup.BootProgram;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code init-local} on a scratch tree, with a server that answers as Vault does. */
class InitLocalTest {
    private static final String ISSUED =
            "{\"data\":{\"certificate\":\"CERT\",\"private_key\":\"KEY\",\"issuing_ca\":\"CA\"}}";

    @TempDir
    private Path root;

    private final List<String> commands = new ArrayList<>();
    private TestHttpServer server;
    private VaultClient anonymous;
    private CommandLineRun neco;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(root.resolve("lib/systemd/system"));
        for (String service : List.of("ep-agent", "sabakan", "cke", "cke-localproxy")) {
            Files.createFile(root.resolve("lib/systemd/system/" + service + ".service"));
        }
        server = new TestHttpServer(InitLocalTest::answer);
        anonymous = VaultClient.connect(server.uri().toString(), null);
        neco = new CommandLineRun(root).running(this::note).with("VAULT_TOKEN", "good");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Reply answer(Request request) {
        if (request.uri().equals("/v1/auth/userpass/login/admin")) {
            return request.body().contains("\"password\":\"right\"")
                    ? Reply.of(200, "{\"auth\":{\"client_token\":\"good\"}}")
                    : Reply.of(400, "{\"errors\":[\"invalid username or password\"]}");
        }
        if (!"good".equals(request.headers().get("X-Vault-Token"))) {
            return Reply.of(403, "{\"errors\":[\"permission denied\"]}");
        }
        return Reply.of(200, ISSUED);
    }

    private CommandResult note(Command command) {
        commands.add(String.join(" ", command.argv()));
        return new CommandResult(command, 0, "", "");
    }

    private int initLocal(String name) throws IOException, InterruptedException {
        Surroundings surroundings = neco.surroundings();
        return new InitLocalCommand(surroundings)
                .run(BootProgram.find(name).orElseThrow(), new VaultAccess(surroundings).logIn(anonymous));
    }

    @ParameterizedTest
    @CsvSource({"etcdpasswd,ep-agent", "sabakan,sabakan", "cke,'cke,cke-localproxy'"})
    void issuesACertificateAndStartsWhatNeedsIt(String name, String services) throws Exception {
        assertThat(initLocal(name)).isZero();

        assertThat(server.requests()).hasSize(1);
        assertThat(server.requests().get(0).uri()).isEqualTo("/v1/ca/boot-etcd-client/issue/system");
        assertThat(server.requests().get(0).body())
                .isEqualTo("{\"common_name\":\"" + name + "\",\"exclude_cn_from_sans\":true}");
        Path key = root.resolve("etc/" + name + "/etcd.key");
        assertThat(Files.readString(key)).isEqualTo("KEY\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(root.resolve("etc/" + name + "/etcd.crt"))).isEqualTo("CERT\n");
        for (String service : List.of(services.split(",", -1))) {
            assertThat(commands).contains("systemctl enable " + service + ".service");
            assertThat(commands).contains("systemctl start " + service + ".service");
            assertThat(neco.out.toString()).contains("enabled and started " + service + ".service\n");
        }
    }

    @Test
    void createsSabakansDataDirectory() throws Exception {
        initLocal("sabakan");

        Path data = root.resolve("var/lib/sabakan");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwxr-xr-x");
        assertThat(neco.out.toString()).contains("created /var/lib/sabakan\n");
    }

    @Test
    void renewsTheCertificateWhenItIsRepeated() throws Exception {
        initLocal("cke");
        initLocal("cke");

        assertThat(neco.out.toString())
                .contains("wrote /etc/cke/etcd.crt and /etc/cke/etcd.key\n")
                .contains("renewed /etc/cke/etcd.crt and /etc/cke/etcd.key\n");
    }

    @Test
    void saysWhatIsInPlaceWhenTheProgramIsNotInstalledYet() throws IOException {
        Files.delete(root.resolve("lib/systemd/system/ep-agent.service"));

        assertThatThrownBy(() -> initLocal("etcdpasswd"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "/etc/etcdpasswd/etcd.crt is in place, but ep-agent.service is not installed yet")
                .hasMessageEndingWith("then run this command again");
        assertThat(root.resolve("etc/etcdpasswd/etcd.key")).exists();
        assertThat(commands).isEmpty();
    }

    @Test
    void writesNothingWhenVaultRefusesTheToken() {
        neco.with("VAULT_TOKEN", "bad");

        assertThatThrownBy(() -> initLocal("cke"))
                .hasMessageContaining("ca/boot-etcd-client/issue/system")
                .hasMessageContaining("permission denied");
        assertThat(root.resolve("etc/cke")).doesNotExist();
        assertThat(commands).isEmpty();
    }

    @Test
    void logsInWithNameAndPasswordWithoutAToken() throws Exception {
        neco.with("VAULT_TOKEN", "").asking(new Operator("admin", "right"));

        assertThat(initLocal("cke")).isZero();

        assertThat(server.requests()).hasSize(2);
        assertThat(neco.out.toString()).doesNotContain("right");
    }

    @Test
    void saysThatNameOrPasswordIsWrong() {
        neco.with("VAULT_TOKEN", "").asking(new Operator("admin", "wrong"));

        assertThatThrownBy(() -> initLocal("cke"))
                .hasMessageStartingWith("cannot log in to Vault as admin: ")
                .hasMessageContaining("invalid username or password")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void asksNobodyWithoutATerminal() {
        neco.with("VAULT_TOKEN", "");

        assertThatThrownBy(() -> initLocal("cke"))
                .hasMessageStartingWith("stdin and stdout are not terminals")
                .hasMessageContaining("VAULT_TOKEN");
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"teleport", "bogus"})
    void refusesAnUnknownNameBeforeAnybodyIsAsked(String name) throws IOException {
        Path log = root.resolve("log");

        assertThat(neco.run("init-local", name, "--logfile", log.toString())).isEqualTo(1);

        assertThat(Files.readString(log))
                .contains("unknown service name: " + name + " (known: etcdpasswd, sabakan, cke)");
    }

    @Test
    void saysWhichFileHoldsTheRackNumberWhenItIsMissing() throws IOException {
        Path log = root.resolve("log");

        assertThat(neco.run("init-local", "cke", "--logfile", log.toString())).isEqualTo(1);

        assertThat(Files.readString(log)).contains("/etc/neco/rack is missing");
    }

    private record Operator(String name, String password) implements Prompt {
        @Override
        public boolean isPossible() {
            return true;
        }

        @Override
        public String line(String question) {
            return name;
        }

        @Override
        public String secret(String question) {
            return password;
        }
    }
}
