package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.Site;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.Snapshot;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.EtcdPki;
import io.neco.update.UpdateRequest;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What setup writes to etcd, and how servers wait for each other there. */
class SetupStoreIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    private static final List<Integer> LRNS = List.of(0, 1, 2);

    @TempDir
    private Path root;

    private final EtcdConfig config = ETCD.config("root", ETCD.endpoints());

    private static BootCluster cluster(int me) {
        return new BootCluster(me, LRNS, new BootServer(Site.defaults()));
    }

    private FinishPhase finish(int me) {
        return new FinishPhase(new FakeHost(root).host(), cluster(me), new Waiting());
    }

    @Test
    void everybodyWaitsForEverybody() throws InterruptedException, ExecutionException {
        ExecutorService servers = Executors.newFixedThreadPool(LRNS.size());
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int me : LRNS) {
                done.add(servers.submit(() -> {
                    try (EtcdStore store = EtcdStore.open(config)) {
                        finish(me).register(store);
                        finish(me).awaitRestarts(store);
                        return true;
                    }
                }));
            }
            for (Future<Boolean> server : done) {
                assertThat(server.get()).isTrue();
            }
        } finally {
            servers.shutdownNow();
        }

        try (EtcdStore store = EtcdStore.open(config)) {
            assertThat(store.finished(1)).containsExactly(0, 1, 2);
            assertThat(store.snapshot().servers()).containsExactly(0, 1, 2);
            assertThat(store.installed(2).containerTag("etcd")).contains("3.5.4.1");
            assertThat(store.installed(2).containerTag("vault")).contains("1.10.2.1");
        }
    }

    @Test
    void whoIsFurtherCountsAsWell() throws IOException, InterruptedException {
        try (EtcdStore store = EtcdStore.open(config)) {
            store.finish(1, 1);
            store.finish(2, 0);

            finish(0).register(store);

            assertThat(store.finished(0)).containsExactly(0, 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"finish/1,done,`done`", "finish/two,1,\"two\""})
    void aReportThatIsNoneIsToldWithItsCureInsteadOfWaitedFor(String key, String value, String shown)
            throws IOException, InterruptedException {
        etcdctl("put", config.prefix() + key, value);
        AtomicLong hours = new AtomicLong();
        Waiting impatient =
                new Waiting(() -> Duration.ofHours(hours.getAndIncrement()).toNanos(), Duration.ofMillis(1));
        FinishPhase finish = new FinishPhase(new FakeHost(root).host(), cluster(0), impatient);

        try (EtcdStore store = EtcdStore.open(config)) {
            assertThatThrownBy(() -> finish.awaitRestarts(store))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("etcd key " + key + " should ")
                    .hasMessageContaining(shown)
                    .hasMessageContaining("`etcdctl del`")
                    .hasMessageContaining("the same `neco setup` again")
                    .hasMessageNotContaining("gave up");
        }
    }

    private void etcdctl(String... arguments) throws IOException, InterruptedException {
        Path certificate = ETCD.pki().client("root");
        List<String> command = new ArrayList<>(List.of(
                "etcdctl",
                "--endpoints=" + String.join(",", ETCD.endpoints()),
                "--cacert=" + ETCD.pki().serverCaFile(),
                "--cert=" + certificate,
                "--key=" + EtcdPki.key(certificate)));
        command.addAll(List.of(arguments));
        Process etcdctl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(etcdctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(etcdctl.waitFor()).as(said).isZero();
    }

    @Test
    void theLeaderAsksForTheFirstUpdateAndLocksTheDoors() throws IOException, InterruptedException {
        SetupRequest request = SetupRequest.of(List.of("0", "1", "2"), true, "http://10.0.49.3:3128", false);
        VaultClient vault = VaultClient.connect("http://127.0.0.1:1", null);
        try (EtcdStore store = EtcdStore.open(config)) {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "t");
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");

            new RequestPhase(new FakeHost(root).host(), cluster(0), request).run(store, vault);
        }

        EtcdConfig neco = ETCD.config("neco", ETCD.endpoints(), config.prefix());
        try (EtcdStore store = EtcdStore.open(neco)) {
            Snapshot snapshot = store.snapshot();
            UpdateRequest written = snapshot.request().orElseThrow();
            assertThat(written.version()).isEqualTo("2022.05.25-1");
            assertThat(written.servers()).isEqualTo(LRNS);
            assertThat(written.stop()).isFalse();
            assertThat(snapshot.latest()).isEqualTo("2022.05.25-1");
            assertThat(store.config(ConfigKey.PROXY)).contains("http://10.0.49.3:3128");
            assertThat(store.secret(SecretKey.VAULT_ROOT_TOKEN)).contains("t");
        }
        try (EtcdStore store = EtcdStore.open(ETCD.config("vault", ETCD.endpoints(), config.prefix()))) {
            assertThatThrownBy(store::snapshot).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void theLeaderFinishesWhatWasBegunAndAsksForNoSecondUpdate() throws IOException, InterruptedException {
        SetupRequest request = SetupRequest.of(List.of("0", "1", "2"), false, "", false);
        VaultClient nowhere = VaultClient.connect("http://127.0.0.1:1", null);
        UpdateRequest first =
                new UpdateRequest("2022.05.24-1", LRNS, false, OffsetDateTime.parse("2022-05-24T00:00:00Z"));
        try (EtcdStore store = EtcdStore.open(config)) {
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");
            store.putRequest(first, LeaderKey.SETUP);
            store.ensureUser("root", Optional.empty());

            new RequestPhase(new FakeHost(root).host(), cluster(0), request).run(store, nowhere);
            new RequestPhase(new FakeHost(root).host(), cluster(0), request).run(store, nowhere);
        }

        try (EtcdStore store = EtcdStore.open(ETCD.config("neco", ETCD.endpoints(), config.prefix()))) {
            assertThat(store.snapshot().request()).contains(first);
        }
        try (EtcdStore store = EtcdStore.open(ETCD.config("vault", ETCD.endpoints(), config.prefix()))) {
            assertThatThrownBy(store::snapshot).isInstanceOf(StoreException.class);
        }
    }
}
