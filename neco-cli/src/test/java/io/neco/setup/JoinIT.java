package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.FileMode;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdConfigException;
import io.neco.store.EtcdStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code neco join} on a scratch tree, with a real etcd of three members and a server that answers as Vault does. */
class JoinIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three().named("boot-");

    private static final String ISSUED =
            "{\"data\":{\"certificate\":\"CERT\",\"private_key\":\"KEY\",\"issuing_ca\":\"CA\"}}";
    private static final Join.Patience SHORT =
            new Join.Patience(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(1));

    @TempDir
    private Path root;

    private FakeHost host;
    private EtcdConfig config;
    private EtcdStore store;
    private TestHttpServer vault;
    private boolean isSealed;
    private String fault = "";
    private Optional<String> unusable = Optional.empty();
    private final List<EtcdConfig> asked = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost(root);
        host.addresses = Set.of("10.69.2.67");
        host.files.write("/etc/neco/rack", "3\n", FileMode.WORLD_READABLE);
        host.files.write("/etc/neco/cluster", "gcp0\n", FileMode.WORLD_READABLE);
        host.files.write("/usr/local/share/ca-certificates/neco.crt", "CA\n", FileMode.WORLD_READABLE);
        config = ETCD.config();
        store = EtcdStore.open(config);
        List.of(0, 1, 2).forEach(store::registerBootServer);
        vault = new TestHttpServer(this::answer);
    }

    @AfterEach
    void stop() {
        vault.close();
        store.close();
        ETCD.heal();
    }

    private Reply answer(Request request) {
        if (request.uri().startsWith("/v1/sys/health")) {
            return Reply.of(
                            isSealed ? 299 : 200,
                            "{\"initialized\":true,\"sealed\":" + isSealed + ",\"standby\":false}")
                    .with("Content-Type", "application/json");
        }
        return "good".equals(request.headers().get("X-Vault-Token"))
                ? Reply.of(200, ISSUED)
                : Reply.of(403, "{\"errors\":[\"permission denied\"]}");
    }

    private void join(String token, Integer... given) throws IOException, InterruptedException {
        OperatorVault vaults = new OperatorVault() {
            @Override
            public VaultClient connect(int lrn) {
                return VaultClient.connect(vault.uri().toString(), null);
            }

            @Override
            public VaultClient logIn(VaultClient anonymous) {
                return anonymous.withToken(token);
            }
        };
        new Join(
                        host.host(),
                        List.of(given),
                        vaults,
                        wanted -> {
                            asked.add(wanted);
                            unusable.ifPresent(reason -> {
                                throw new EtcdConfigException(reason);
                            });
                            EtcdStore opened = EtcdStore.open(config);
                            return fault.isEmpty()
                                    ? opened
                                    : FaultyStore.of(opened, fault, FaultyStore.Fault.UNANSWERED);
                        },
                        SHORT)
                .run();
    }

    @Test
    void getsCertificatesThenServicesThenImagesAndIsRegisteredLast() throws Exception {
        host.files.write("/var/lib/neco/setup.state", "phase=bootstrap-certificates\n", FileMode.WORLD_READABLE);
        join("good", 0, 1);

        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2, 3);
        assertThat(store.installed(3).containerTag("etcd")).contains("3.5.4.1");
        assertThat(store.installed(3).containerTag("vault")).contains("1.10.2.1");
        assertThat(asked.get(0).endpoints()).containsExactly("https://10.69.0.3:2379", "https://10.69.0.195:2379");
        assertThat(asked.get(0).tlsKey()).contains(new EtcdConfig.Pem.Literal("KEY"));
        assertThat(host.files.read("/etc/neco/config.yml"))
                .contains("- https://10.69.0.3:2379\n- https://10.69.0.195:2379\n- https://10.69.1.131:2379\n")
                .doesNotContain("10.69.2.67");
        for (String key :
                List.of("/etc/neco/server.key", "/etc/etcd/peer.key", "/etc/vault/etcd.key", "/etc/neco/etcd.key")) {
            assertThat(host.files.read(key)).isEqualTo("KEY\n");
        }
        assertThat(host.commands)
                .containsSubsequence(
                        "update-ca-certificates",
                        "systemctl enable --now etcd-backup.timer",
                        "systemctl start neco-worker.service",
                        "systemctl start neco-updater.service",
                        "pull quay.io/cybozu/etcd:3.5.4.1",
                        "run quay.io/cybozu/vault:1.10.2.1 /usr/local/bin:/host /usr/local/vault/install-tools");
        assertThat(host.commands).noneMatch(c -> c.contains("etcd-container"));
        assertThat(host.files.read("/var/lib/neco/join.state")).contains("completed=");
        assertThat(host.files.exists("/var/lib/neco/setup.state"))
                .as("the journal of a setup given up")
                .isFalse();

        assertThatThrownBy(() -> join("good", 0)).hasMessageContaining("it joined at");
    }

    /** They are of an older version, and Vault must not go back. */
    @Test
    void stopsVaultAndEtcdOfAnEarlierLifeBeforeTheWorkerCouldStartThem() throws Exception {
        host.files.write("/etc/systemd/system/vault.service", "old\n", FileMode.WORLD_READABLE);
        host.files.write("/etc/systemd/system/etcd-container.service", "old\n", FileMode.WORLD_READABLE);

        join("good", 0);

        assertThat(host.commands)
                .containsSubsequence(
                        "systemctl stop vault.service",
                        "systemctl disable vault.service",
                        "systemctl stop etcd-container.service",
                        "systemctl disable etcd-container.service",
                        "systemctl daemon-reload",
                        "systemctl start neco-worker.service");
        assertThat(host.files.exists("/etc/systemd/system/vault.service")).isFalse();
        assertThat(host.files.exists("/etc/systemd/system/etcd-container.service"))
                .isFalse();
        assertThat(host.files.read("/etc/systemd/system/vault.service.old-1")).isEqualTo("old\n");
    }

    @Test
    void finishesWhatAFailureHasLeftAndTheClusterHasSeenNothingOfIt() throws Exception {
        host.pullFault = Optional.of(new IOException("registry quay.io: connection refused"));

        assertThatThrownBy(() -> join("good", 0))
                .hasMessageStartingWith("join failed in phase images: waiting for image quay.io/cybozu/etcd:3.5.4.1")
                .hasMessageContaining("connection refused")
                .hasMessageContaining("neco config set proxy")
                .hasMessageContaining("run the same command again");
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
        assertThat(host.files.read("/var/lib/neco/join.state")).contains("phase=images");
        assertThat(host.pullDeadlines)
                .as("no pull is given more time than is left")
                .isNotEmpty()
                .isSortedAccordingTo(Comparator.reverseOrder())
                .allMatch(deadline -> deadline.compareTo(SHORT.images()) <= 0);

        host.pullFault = Optional.empty();
        join("good", 0);

        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2, 3);
    }

    /** The update that follows the registration may have started them already. */
    @Test
    void leavesVaultAndEtcdAloneWhenAnEarlierAttemptHasRegisteredThisServer() throws Exception {
        host.pullFault = Optional.of(new IOException("registry quay.io: connection refused"));
        assertThatThrownBy(() -> join("good", 0)).hasMessageContaining("connection refused");
        host.pullFault = Optional.empty();
        store.registerBootServer(3);
        host.files.write("/etc/systemd/system/vault.service", "new\n", FileMode.WORLD_READABLE);
        host.files.write("/etc/systemd/system/etcd-container.service", "new\n", FileMode.WORLD_READABLE);

        join("good", 0);

        assertThat(host.files.read("/etc/systemd/system/vault.service")).isEqualTo("new\n");
        assertThat(host.files.read("/etc/systemd/system/etcd-container.service"))
                .isEqualTo("new\n");
        assertThat(host.commands).noneMatch(c -> c.startsWith("systemctl stop") || c.startsWith("systemctl disable"));
        assertThat(host.files.read("/var/lib/neco/join.state")).contains("completed=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config PROXY", "recordContainerTag", "registerBootServer"})
    void repeatsWhatGotNoAnswer(String call) throws Exception {
        fault = call;

        join("good", 0);

        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2, 3);
        assertThat(store.installed(3).containerTag("vault")).contains("1.10.2.1");
        assertThat(host.files.read("/var/lib/neco/join.state")).contains("completed=");
    }

    @Test
    void aTokenThatVaultRefusesChangesNothing() {
        assertThatThrownBy(() -> join("expired", 0))
                .hasMessageStartingWith("Vault knows you not")
                .hasMessageContaining("ca-admin")
                .hasMessageContaining("permission denied")
                .hasMessageNotContaining("\"expired\"");

        assertUntouched();
    }

    @Test
    void doesNotWaitOutAConfigurationThatCannotBeUsed() {
        unusable = Optional.of("tls-key holds no unencrypted private key in PEM form");

        assertThatThrownBy(() -> join("good", 0)).hasMessageStartingWith("tls-key holds no unencrypted private key");

        assertThat(asked).hasSize(1);
        assertUntouched();
    }

    @Test
    void saysWhichVaultIsSealed() {
        isSealed = true;

        assertThatThrownBy(() -> join("good", 0, 1))
                .hasMessageStartingWith("waiting for Vault of boot servers 0, 1: gave up after 1 s")
                .hasMessageContaining("boot server 0 (it is sealed), boot server 1 (it is sealed)");

        assertUntouched();
    }

    @Test
    void needsTheClustersCertificateAuthority() throws IOException {
        Files.delete(root.resolve("usr/local/share/ca-certificates/neco.crt"));

        assertThatThrownBy(() -> join("good", 0))
                .hasMessageStartingWith("/usr/local/share/ca-certificates/neco.crt is missing")
                .hasMessageContaining("Copy that file from another boot server");
        assertThat(vault.requests()).isEmpty();
    }

    @Test
    void isNotOneOfTheServersItComesTo() {
        assertThatThrownBy(() -> join("good", 0, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("this server's own logical rack number 3");
    }

    @Test
    void doesNotComeToAClusterThatIsNotHealthyAndSaysWhoIsOut() {
        ETCD.kill(2);

        assertThatThrownBy(() -> join("good", 0))
                .hasMessageStartingWith("the cluster is not healthy, so that nothing was changed")
                .hasMessageContaining("boot-2")
                .hasMessageContaining("neco replace LRN");

        assertUntouched();
    }

    private void assertUntouched() {
        assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
        assertThat(host.files.exists("/etc/neco/config.yml")).isFalse();
        assertThat(host.files.exists("/etc/neco/etcd.key")).isFalse();
        assertThat(host.commands).noneMatch(c -> c.startsWith("systemctl"));
    }
}
