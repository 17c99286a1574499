package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.CommandResult;
import io.neco.store.EtcdStore;
import io.neco.store.SecretKey;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code init} and {@code teleport config} where etcd demands certificates and knows users. */
class InitIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    @TempDir
    private Path root;

    private ClusterHost host;
    private final List<String> commands = new ArrayList<>();

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    private String complaint(CommandLineRun neco, String... words) throws IOException {
        Path log = root.resolve("log");
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--logfile", log.toString()));
        assertThat(neco.run(all.toArray(new String[0]))).isEqualTo(1);
        assertThat(neco.err.toString()).isEmpty();
        return Files.readString(log);
    }

    @ParameterizedTest
    @CsvSource({"etcdpasswd,/passwd/", "sabakan,/sabakan/", "cke,/cke/"})
    void introducesAProgramOnceAndSaysSo(String name, String prefix) {
        CommandLineRun first = host.neco();
        assertThat(first.run("init", name)).isZero();
        assertThat(first.out.toString())
                .isEqualTo(("created user N of etcd\ncreated role N of etcd\n"
                                + "created permission of role N to read and write keys that begin with " + prefix
                                + "\ncreated role N of user N\n")
                        .replace("N", name));

        CommandLineRun second = host.neco();
        assertThat(second.run("init", name)).isZero();
        assertThat(second.out.toString()).isEqualTo(first.out.toString().replace("created ", "exists: "));

        try (EtcdStore own = EtcdStore.open(ETCD.config(name, ETCD.endpoints(), prefix))) {
            own.putSecret(SecretKey.IPMI_USER, "x");
            assertThat(own.secret(SecretKey.IPMI_USER)).contains("x");
        }
        try (EtcdStore others = EtcdStore.open(ETCD.config(name, ETCD.endpoints(), prefix))) {
            assertThat(others.secret(SecretKey.IPMI_USER)).contains("x");
        }
        try (EtcdStore elsewhere = EtcdStore.open(ETCD.config(name, ETCD.endpoints(), "/vault/"))) {
            assertThatThrownBy(() -> elsewhere.secret(SecretKey.IPMI_USER))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void makesATokenForTeleportOnceAndKeepsIt() {
        CommandLineRun first = host.neco();
        assertThat(first.run("init", "teleport")).isZero();
        assertThat(first.out.toString()).isEqualTo("created teleport/auth-token in etcd\n");
        String token = token();
        assertThat(token).matches("[0-9a-f]{64}");

        CommandLineRun second = host.neco();
        assertThat(second.run("init", "teleport")).isZero();

        assertThat(second.out.toString()).isEqualTo("exists: teleport/auth-token in etcd\n");
        assertThat(token()).isEqualTo(token);
    }

    private String token() {
        try (EtcdStore store = host.store()) {
            return store.secret(SecretKey.TELEPORT_AUTH_TOKEN).orElseThrow();
        }
    }

    @Test
    void refusesAnUnknownNameWithoutAskingEtcd() throws IOException {
        CommandLineRun neco = new CommandLineRun(root);

        assertThat(complaint(neco, "init", "bogus"))
                .contains("unknown service name: bogus (known: etcdpasswd, sabakan, cke, teleport)");
    }

    @ParameterizedTest
    @CsvSource({"init", "init-local", "init cke sabakan"})
    void wantsExactlyOneName(String line) {
        CommandLineRun neco = new CommandLineRun(root);

        assertThat(neco.run(line.split(" "))).isEqualTo(1);

        assertThat(neco.err.toString()).startsWith("Error: expected exact one argument\n");
    }

    @Test
    void configuresTeleportWithTheTokenForRootOnly() throws IOException {
        Files.writeString(root.resolve("etc/neco/rack"), "1\n");
        host.neco().run("init", "teleport");
        CommandLineRun neco = host.neco().running(command -> {
            commands.add(String.join(" ", command.argv()));
            return new CommandResult(command, 0, "", "");
        });

        assertThat(neco.run("teleport", "config")).isZero();

        Path file = root.resolve("etc/teleport/teleport.yaml");
        assertThat(Files.readString(file)).contains("auth_token: " + token(), "advertise_ip: 10.69.0.195");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(commands).last().isEqualTo("systemctl restart teleport-node.service");
        assertThat(neco.out.toString()).isEmpty();
    }

    @Test
    void doesNotConfigureTeleportWithoutAToken() throws IOException {
        Files.writeString(root.resolve("etc/neco/rack"), "1\n");

        assertThat(complaint(host.neco(), "teleport", "config"))
                .contains("not found: there is no token for Teleport in etcd; run `neco init teleport` once");

        try (EtcdStore store = host.store()) {
            store.putSecret(SecretKey.TELEPORT_AUTH_TOKEN, "");
        }
        assertThat(complaint(host.neco(), "teleport", "config")).contains("no teleport token is found");
        assertThat(root.resolve("etc/teleport")).doesNotExist();
    }
}
