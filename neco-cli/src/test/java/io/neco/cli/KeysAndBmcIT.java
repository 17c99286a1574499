package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.store.EtcdStore;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code ssh generate} and {@code bmc config …} with a real etcd; {@code ckecli} only notes what it is given. */
class KeysAndBmcIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path root;

    private ClusterHost host;
    private final List<Command> commands = new ArrayList<>();
    private int ckecliStatus;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    private CommandRunner ckecli() {
        return command -> {
            commands.add(command);
            return new CommandResult(command, ckecliStatus, "", "vault is sealed");
        };
    }

    private String complaint(CommandLineRun neco, String... words) throws IOException {
        Path log = root.resolve("log");
        Files.deleteIfExists(log);
        List<String> all = new ArrayList<>(List.of("--logfile", log.toString()));
        all.addAll(List.of(words));
        assertThat(neco.run(all.toArray(new String[0]))).isEqualTo(1);
        return Files.readString(log);
    }

    private String publicKey() {
        try (EtcdStore store = host.store()) {
            return store.sshPublicKey().orElse("");
        }
    }

    @Test
    void givesThePrivateKeyToCkeAndThePublicOneToEtcd() throws Exception {
        ckecliStatus = 1;
        assertThat(complaint(host.neco().running(ckecli()), "ssh", "generate"))
                .contains("nothing was changed")
                .contains("vault is sealed");
        assertThat(publicKey()).isEmpty();

        ckecliStatus = 0;
        commands.clear();
        CommandLineRun neco = host.neco().running(ckecli());
        assertThat(neco.run("ssh", "generate", "--dump")).isZero();

        assertThat(commands).hasSize(1);
        Command ckecli = commands.get(0);
        assertThat(ckecli.argv()).containsExactly("/usr/bin/ckecli", "vault", "ssh-privkey", "-");
        assertThat(ckecli.stdin()).hasValueSatisfying(key -> assertThat(key).contains("RSA PRIVATE KEY"));
        assertThat(neco.out.toString()).isEqualTo(ckecli.stdin().orElse("") + "\n");
        String first = publicKey();
        assertThat(first).startsWith("ssh-rsa ").endsWith("\n");

        assertThat(complaint(host.neco().running(ckecli()), "ssh", "generate")).contains("SSH key already exists");
        assertThat(commands).hasSize(1);
        assertThat(publicKey()).isEqualTo(first);

        assertThat(host.neco().running(ckecli()).run("ssh", "generate", "--force"))
                .isZero();
        assertThat(publicKey()).startsWith("ssh-rsa ").isNotEqualTo(first);
    }

    @Test
    void storesIpmiUserAndPasswordAsTheyAre() throws IOException {
        assertThat(complaint(host.neco(), "bmc", "config", "get", "ipmi-user")).contains("not found");
        assertThat(host.neco().run("bmc", "config", "set", "ipmi-user", "admin"))
                .isZero();
        assertThat(host.neco().run("bmc", "config", "set", "ipmi-password", "a b "))
                .isZero();

        CommandLineRun user = host.neco();
        assertThat(user.run("bmc", "config", "get", "ipmi-user")).isZero();
        assertThat(user.out.toString()).isEqualTo("admin\n");
        CommandLineRun password = host.neco();
        assertThat(password.run("bmc", "config", "get", "ipmi-password")).isZero();
        assertThat(password.out.toString()).isEqualTo("a b \n");
        assertThat(host.neco().run("bmc", "config", "set", "ipmi-user")).isEqualTo(1);
    }

    @Test
    void asksForThePasswordOnATerminal() {
        CommandLineRun neco = host.neco().asking(new Prompt() {
            @Override
            public boolean isPossible() {
                return true;
            }

            @Override
            public String line(String question) {
                return "shown";
            }

            @Override
            public String secret(String question) {
                return "hidden";
            }
        });

        assertThat(neco.run("bmc", "config", "set", "ipmi-password", "-")).isZero();

        try (EtcdStore store = host.store()) {
            assertThat(store.secret(SecretKey.IPMI_PASSWORD)).contains("hidden");
        }
        assertThat(host.neco().run("bmc", "config", "set", "ipmi-password", "-"))
                .isEqualTo(1);
    }

    @Test
    void bringsBmcUsersToEtcdAndSabakan() throws Exception {
        Path file = root.resolve("users.json");
        Files.writeString(file, "{\"root\":{}}\n");
        List<String> requests = new ArrayList<>();
        HttpServer sabakan = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sabakan.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body.strip());
            byte[] answer = "{\"status\":201,\"id\":\"1\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        sabakan.start();
        try {
            set(file, sabakan.getAddress().getPort());
        } finally {
            sabakan.stop(0);
        }

        assertThat(requests).containsExactly("PUT /api/v1/assets/bmc-user.json {\"root\":{}}");
        CommandLineRun get = host.neco();
        assertThat(get.run("bmc", "config", "get", "bmc-user")).isZero();
        assertThat(get.out.toString()).isEqualTo("{\"root\":{}}\n\n");
    }

    @Test
    void saysThatOnlySabakanLacksTheBmcUsers() throws Exception {
        Path file = root.resolve("users.json");
        Files.writeString(file, "{}");

        assertThatThrownBy(() -> set(file, 1)).hasMessageContaining("etcd has the new BMC users, but sabakan has not");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"root\":{\"password\":\"r00t\"|is no JSON: line 2, column ",
                "{\"root\":{\"password\":r00t}}|is no JSON: line 1, column ",
                "[\"r00t\"]|is no JSON object"
            })
    void refusesBmcUsersThatCannotBeReadBeforeAnythingIsStored(String text, String message) throws IOException {
        Path file = root.resolve("broken.json");
        Files.writeString(file, text + "\n");

        assertThat(complaint(host.neco(), "bmc", "config", "set", "bmc-user", file.toString()))
                .contains(file + " " + message)
                .contains("nothing was stored")
                .doesNotContain("r00t");

        assertThat(bmcUser()).isEmpty();
    }

    @Test
    void refusesAFileOfBmcUsersThatIsNotThereBeforeAnythingIsStored() throws IOException {
        assertThat(complaint(host.neco(), "bmc", "config", "set", "bmc-user", "/nowhere"))
                .contains("there is no file");

        assertThat(bmcUser()).isEmpty();
    }

    private Optional<String> bmcUser() {
        try (EtcdStore store = host.store()) {
            return store.secret(SecretKey.BMC_USER);
        }
    }

    private void set(Path file, int port) throws IOException, InterruptedException {
        BmcUserSetCommand command =
                new BmcUserSetCommand(host.neco().surroundings(), URI.create("http://127.0.0.1:" + port));
        new CommandLine(command).parseArgs(file.toString());
        command.run();
    }
}
