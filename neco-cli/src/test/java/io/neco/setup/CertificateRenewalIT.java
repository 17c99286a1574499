package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.vault.VaultClient;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A renewal on a scratch tree, with a real etcd and a server that answers as Vault does. */
class CertificateRenewalIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final X509Bundle NEW = TestCertificates.endingAt("new", Instant.parse("2040-01-01T00:00:00Z"));

    @TempDir
    private Path root;

    private FakeHost host;
    private EtcdConfig config;
    private EtcdStore store;
    private TestHttpServer vault;
    private String issued = NEW.getCertificatePEM();
    private String otherVault = "{\"initialized\":true,\"sealed\":false,\"standby\":true}";
    private boolean isOwnVaultSealed;
    private List<String> stopped = List.of("neco-updater");
    private VaultReload reload = () -> {
        throw new IOException("no such container: vault");
    };
    private Function<NecoStore, NecoStore> seen = real -> real;
    private final List<EtcdConfig> asked = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost(root);
        host.files.write("/etc/neco/rack", "0\n", FileMode.WORLD_READABLE);
        host.files.write("/etc/neco/config.yml", "endpoints: [\"https://10.69.0.3:2379\"]\n", FileMode.WORLD_READABLE);
        for (String file :
                List.of("/etc/neco/server.crt", "/etc/etcd/peer.crt", "/etc/vault/etcd.crt", "/etc/neco/etcd.crt")) {
            host.files.write(file, "OLD\n", FileMode.WORLD_READABLE);
        }
        for (String unit : List.of("vault", "neco-worker", "neco-updater")) {
            host.files.write("/etc/systemd/system/" + unit + ".service", "[Unit]\n", FileMode.WORLD_READABLE);
        }
        config = ETCD.config();
        store = EtcdStore.open(config);
        List.of(0, 1).forEach(store::registerBootServer);
        vault = new TestHttpServer(this::answer);
    }

    @AfterEach
    void stop() {
        vault.close();
        store.close();
    }

    private Reply answer(Request request) {
        if (request.uri().startsWith("/other/v1/sys/health")) {
            return Reply.of(200, otherVault).with("Content-Type", "application/json");
        }
        if (request.uri().startsWith("/own/v1/sys/health")) {
            boolean isSealed = isOwnVaultSealed && !host.commands.contains("systemctl restart vault.service");
            return Reply.of(200, "{\"initialized\":true,\"sealed\":" + isSealed + ",\"standby\":false}")
                    .with("Content-Type", "application/json");
        }
        Map<String, Object> data =
                Map.of("certificate", issued, "private_key", NEW.getPrivateKeyPEM(), "issuing_ca", "CA");
        return Reply.of(
                200, new ObjectMapper().valueToTree(Map.of("data", data)).toString());
    }

    private VaultClient client(int lrn) {
        return VaultClient.connect(vault.uri() + (lrn == 0 ? "/own" : "/other"), null);
    }

    private void renew(boolean isForced, String... names) throws IOException, InterruptedException {
        OperatorVault vaults = new OperatorVault() {
            @Override
            public VaultClient connect(int lrn) {
                return client(lrn);
            }

            @Override
            public VaultClient logIn(VaultClient anonymous) {
                return anonymous.withToken("good");
            }
        };
        CertificateRenewal renewal = new CertificateRenewal(
                host.files,
                new Systemd(this::run, new HostFiles(new HostRoot(root))),
                host,
                Site.defaults(),
                "boot-0",
                vaults,
                reload,
                wanted -> {
                    asked.add(wanted);
                    return seen.apply(EtcdStore.open(config));
                });
        renewal.run(renewal.choose(List.of(names)), client(0).withToken("good"), isForced, told::add);
    }

    @Test
    void isRefusedWhileSomethingElseWritesCertificatesOnThisHost() throws IOException {
        try (SetupLock lock = SetupLock.take(host.files)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> renew(false))
                    .hasMessageContaining("cert renew or init-local is running on this host");
        }

        assertThat(told).isEmpty();
    }

    private CommandResult run(Command command) {
        String line = String.join(" ", command.argv());
        host.commands.add(line);
        if (!line.contains("is-active")) {
            return new CommandResult(command, 0, "", "");
        }
        boolean isStopped = stopped.stream().anyMatch(line::contains);
        return new CommandResult(command, isStopped ? 3 : 0, isStopped ? "inactive\n" : "active\n", "");
    }

    @Test
    void writesAllAndRestartsWhatRuns() throws Exception {
        renew(false);

        for (String file :
                List.of("/etc/neco/server.crt", "/etc/etcd/peer.crt", "/etc/vault/etcd.crt", "/etc/neco/etcd.crt")) {
            assertThat(host.files.read(file)).isEqualTo(NEW.getCertificatePEM());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("etc/etcd/peer.key"))))
                .isEqualTo("rw-------");
        assertThat(host.files.exists("/etc/cke/etcd.crt")).isFalse();
        assertThat(host.commands)
                .contains("systemctl restart neco-worker.service", "systemctl restart vault.service")
                .doesNotContain("systemctl restart neco-updater.service");
        assertThat(told).contains("renewed /etc/neco/server.crt and /etc/neco/server.key", "restarted vault.service");
        assertThat(asked.get(0).tlsCert()).contains(new EtcdConfig.Pem.Literal(NEW.getCertificatePEM()));
    }

    @Test
    void renewsOnlyWhatIsNamed() throws Exception {
        renew(false, "neco");

        assertThat(host.files.read("/etc/neco/server.crt")).isEqualTo("OLD\n");
        assertThat(host.files.read("/etc/neco/etcd.crt")).isEqualTo(NEW.getCertificatePEM());
        assertThat(host.commands).doesNotContain("systemctl restart vault.service");
    }

    @Test
    void waitsForTheEndOfAnUpdateUnlessForced() throws Exception {
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "a2V5");
        store.putRequest(
                new UpdateRequest("1.0.0", List.of(0, 1), false, OffsetDateTime.parse("2022-05-25T01:02:03Z")),
                LeaderKey.SETUP);

        assertThatThrownBy(() -> renew(false, "neco"))
                .hasMessageContaining("an update to 1.0.0 is running")
                .hasMessageContaining("--force");
        assertThat(host.files.read("/etc/neco/etcd.crt")).isEqualTo("OLD\n");
        assertThat(host.commands).isEmpty();

        renew(true, "neco");
        assertThat(host.files.read("/etc/neco/etcd.crt")).isEqualTo(NEW.getCertificatePEM());
    }

    @Test
    void doesNotTakeTheLastVaultAway() throws Exception {
        otherVault = "{\"initialized\":true,\"sealed\":true,\"standby\":true}";

        assertThatThrownBy(() -> renew(false, "server"))
                .hasMessageStartingWith("the certificates are renewed, but this server's Vault has to be restarted")
                .hasMessageContaining("boot server 1: sealed")
                .hasMessageContaining("run the same command again");

        assertThat(host.commands).doesNotContain("systemctl restart vault.service");
        assertThat(told)
                .contains(
                        "vault.service does not use its new certificates without a restart: no such container: vault");
    }

    @Test
    void vaultReadsItsCertificatesAnewAndServesOn() throws Exception {
        otherVault = "{\"initialized\":true,\"sealed\":true,\"standby\":true}";
        reload = () -> assertThat(host.files.read("/etc/neco/server.crt")).isEqualTo(NEW.getCertificatePEM());

        renew(false, "server");

        assertThat(told).contains("vault.service has read its new certificates");
        assertThat(host.commands).doesNotContain("systemctl restart vault.service");
    }

    @Test
    void aVaultThatSomebodyHasStoppedIsLeftAloneWhateverTheOthersAreLike() throws Exception {
        otherVault = "{\"initialized\":true,\"sealed\":true,\"standby\":true}";
        stopped = List.of("vault");

        renew(false, "server");

        assertThat(told).contains("vault.service is stopped; it reads its new certificates when it starts");
        assertThat(host.commands).doesNotContain("systemctl restart vault.service");
    }

    /** Which also unseals it. */
    @Test
    void aVaultThatServesNobodyIsRestartedAlthoughItReadsAnew() throws Exception {
        isOwnVaultSealed = true;
        reload = () -> {};

        renew(false, "server");

        assertThat(told)
                .contains(
                        "vault.service does not use its new certificates without a restart: sealed",
                        "restarted vault.service");
    }

    /** What this client believes may be older than what etcd knows. */
    @Test
    void asksEtcdForTheLockBeforeItRestartsVault() {
        seen = real -> FaultyStore.of(
                real, "campaign", call -> new LostUnheard((Leadership) Objects.requireNonNull(call.make())));

        assertThatThrownBy(() -> renew(false, "vault"))
                .hasMessageContaining("lost the workers' lock")
                .hasMessageContaining("run the same command again");

        assertThat(host.commands).doesNotContain("systemctl restart vault.service");
    }

    @Test
    void changesNothingWhenVaultIssuesNonsense() {
        issued = "nonsense";

        assertThatThrownBy(() -> renew(false))
                .hasMessageContaining("issued something for server that is no certificate");

        assertThat(host.commands).isEmpty();
        assertThat(asked).isEmpty();
    }

    /** A lock that is gone in etcd, which its holder has not heard yet. */
    private record LostUnheard(Leadership real) implements Leadership {
        @Override
        public LeaderKey key() {
            return real.key();
        }

        @Override
        public long leaseId() {
            return real.leaseId();
        }

        @Override
        public CompletionStage<Void> lost() {
            return real.lost();
        }

        @Override
        public boolean isHeld() {
            return true;
        }

        @Override
        public boolean confirm() {
            return false;
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
