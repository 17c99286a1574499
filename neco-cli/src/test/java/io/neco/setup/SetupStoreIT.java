package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.Site;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.program.vault.VaultCa;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.NecoStore;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** It goes on only when it sees all reports at 0, and looks every half second. */
    @Test
    void theFirstBarrierCanBeSeenByTheReferenceForASecond() throws IOException, InterruptedException {
        try (EtcdStore store = EtcdStore.open(config)) {
            store.finish(1, 0);
            store.finish(2, 0);
            FinishPhase finish = finish(0);
            finish.register(store);
            long passed = System.nanoTime();
            store.finish(1, 1);
            store.finish(2, 1);

            finish.awaitRestarts(store);

            assertThat(Duration.ofNanos(System.nanoTime() - passed)).isGreaterThan(Duration.ofMillis(900));
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

    @ParameterizedTest
    @ValueSource(strings = {"registerBootServer", "recordContainerTag 0 etcd", "recordContainerTag 0 vault", "finish"})
    void aWriteWithoutAnAnswerIsRepeatedAsTheOthersMayHaveSeenIt(String call) throws IOException, InterruptedException {
        try (EtcdStore store = EtcdStore.open(config)) {
            store.finish(1, 0);
            store.finish(2, 0);

            finish(0).register(FaultyStore.of(store, call, FaultyStore.Fault.UNANSWERED));

            assertThat(store.finished(0)).containsExactly(0, 1, 2);
        }
    }

    @Test
    void aWriteThatWasNotCarriedOutIsRepeatedToo() throws IOException, InterruptedException {
        try (EtcdStore store = EtcdStore.open(config)) {
            store.finish(1, 1);
            store.finish(2, 1);

            finish(0).awaitRestarts(FaultyStore.of(store, "finish 0 1", FaultyStore.Fault.UNDONE));

            assertThat(store.finished(1)).containsExactly(0, 1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret VAULT_UNSEAL_KEY", "secret VAULT_ROOT_TOKEN"})
    void aSecretThatCannotBeReadAtOnceIsAskedForAgain(String call) throws IOException, InterruptedException {
        try (EtcdStore store = EtcdStore.open(config);
                TestHttpServer vault = vault(true)) {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "t");
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");
            NecoStore faulty = FaultyStore.of(store, call, FaultyStore.Fault.UNDONE);

            vaultPhase(1, vault).run(faulty, Map.of());

            assertThat(vault.requests())
                    .anyMatch(request -> "t".equals(request.headers().get("X-Vault-Token")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret VAULT_UNSEAL_KEY", "secret VAULT_ROOT_TOKEN"})
    void aVaultThatIsStartedAgainWaitsForItsSecretsAsWell(String call) throws IOException, InterruptedException {
        try (EtcdStore store = EtcdStore.open(config);
                TestHttpServer vault = vault(true)) {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "t");
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");
            NecoStore faulty = FaultyStore.of(store, call, FaultyStore.Fault.UNDONE);

            vaultPhase(1, vault).startAgain(faulty);

            assertThat(vault.requests())
                    .anyMatch(request -> "t".equals(request.headers().get("X-Vault-Token")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"putSecret VAULT_UNSEAL_KEY", "putSecret VAULT_ROOT_TOKEN"})
    void theKeysOfVaultAreStoredAlthoughEtcdDoesNotAnswerAtOnce(String call) throws IOException, InterruptedException {
        Map<VaultCa, String> authorities =
                VaultCa.all().stream().collect(Collectors.toMap(Function.identity(), ca -> "bundle"));
        try (EtcdStore store = EtcdStore.open(config);
                TestHttpServer vault = vault(false)) {
            vaultPhase(0, vault).run(FaultyStore.of(store, call, FaultyStore.Fault.UNDONE), authorities);

            assertThat(store.secret(SecretKey.VAULT_ROOT_TOKEN)).contains("root");
            assertThat(store.secret(SecretKey.VAULT_UNSEAL_KEY)).contains("key");
        }
    }

    @Test
    void anUnsealKeyThatVaultDoesNotTakeIsNamed() throws IOException {
        try (EtcdStore store = EtcdStore.open(config);
                TestHttpServer vault = vault(true)) {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "t");
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "bad");

            for (ThrowingCallable unsealing : List.<ThrowingCallable>of(
                    () -> vaultPhase(1, vault).run(store, Map.of()),
                    () -> vaultPhase(1, vault).startAgain(store))) {
                assertThatThrownBy(unsealing)
                        .hasMessageStartingWith(
                                "Vault does not take the unseal key that etcd has as vault-unseal-key: ")
                        .hasMessageContaining("invalid key")
                        .hasMessageContaining("`etcdctl put /neco/vault-unseal-key`")
                        .hasMessageNotContaining("bad");
            }
        }
    }

    private VaultPhase vaultPhase(int me, TestHttpServer vault) {
        return new VaultPhase(
                new FakeHost(root).host(),
                cluster(me),
                new Waiting(),
                () -> VaultClient.connect(vault.uri().toString(), null));
    }

    private static TestHttpServer vault(boolean isSealed) {
        return new TestHttpServer(request -> switch (request.uri().split("\\?", 2)[0]) {
            case "/v1/sys/health" ->
                Reply.of(200, "{\"initialized\":true,\"sealed\":" + isSealed + ",\"standby\":false}")
                        .with("Content-Type", "application/json");
            case "/v1/sys/init" -> Reply.of(200, "{\"keys_base64\":[\"key\"],\"root_token\":\"root\"}");
            case "/v1/sys/unseal" ->
                request.body().contains("bad")
                        ? Reply.of(400, "{\"errors\":[\"invalid key\"]}")
                        : Reply.of(200, "{\"sealed\":false}");
            default -> Reply.of(200, "{\"data\":{\"a\":\"b\"}}");
        });
    }

    @Test
    void theLeaderAsksForTheFirstUpdateAndLocksTheDoors() throws IOException, InterruptedException {
        SetupRequest request = SetupRequest.of(List.of("0", "1", "2"), true, "http://10.0.49.3:3128", false);
        VaultClient vault = VaultClient.connect("http://127.0.0.1:1", null);
        try (EtcdStore store = EtcdStore.open(config)) {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "t");
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");

            new RequestPhase(new FakeHost(root).host(), cluster(0), request, new Waiting()).run(store, vault);
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "putConfig",
                "snapshot",
                "putNecoRelease",
                "putRequest",
                "secret",
                "deleteSecret",
                "ensureUser root",
                "ensureUser neco",
                "enableAuth"
            })
    void theLeaderRepeatsWhatGotNoAnswerAtTheEnd(String call) throws IOException, InterruptedException {
        SetupRequest request = SetupRequest.of(List.of("0", "1", "2"), false, "http://10.0.49.3:3128", false);
        try (EtcdStore store = EtcdStore.open(config);
                TestHttpServer vault = vault(false)) {
            store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "t");
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");
            NecoStore faulty = FaultyStore.of(store, call, FaultyStore.Fault.UNANSWERED);

            new RequestPhase(new FakeHost(root).host(), cluster(0), request, new Waiting())
                    .run(faulty, VaultClient.connect(vault.uri().toString(), null));
        }

        try (EtcdStore store = EtcdStore.open(ETCD.config("neco", ETCD.endpoints(), config.prefix()))) {
            assertThat(store.snapshot().request().orElseThrow().servers()).isEqualTo(LRNS);
            assertThat(store.secret(SecretKey.VAULT_ROOT_TOKEN)).isEmpty();
        }
        try (EtcdStore store = EtcdStore.open(ETCD.config("vault", ETCD.endpoints(), config.prefix()))) {
            assertThatThrownBy(store::snapshot).isInstanceOf(StoreException.class);
        }
    }

    /** Their workers would take processor time from what it still has to do. */
    @Test
    void theOthersGoOnWhenTheLeaderHasDoneEverything() throws Exception {
        SetupRequest request = SetupRequest.of(List.of("0", "1", "2"), true, "", false);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (EtcdStore store = EtcdStore.open(config)) {
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "k");
            CountDownLatch hasLooked = new CountDownLatch(1);
            NecoStore observed = FaultyStore.of(store, "snapshot", call -> {
                hasLooked.countDown();
                return call.make();
            });
            Future<?> awaits = other.submit(() -> {
                new RequestPhase(new FakeHost(root).host(), cluster(1), request, new Waiting()).await(observed);
                return null;
            });
            assertThat(hasLooked.await(30, TimeUnit.SECONDS)).isTrue();
            NecoStore leaders = FaultyStore.of(store, "enableAuth", call -> {
                assertThat(awaits.isDone()).isFalse();
                return call.make();
            });

            new RequestPhase(new FakeHost(root).host(), cluster(0), request, new Waiting())
                    .run(leaders, VaultClient.connect("http://127.0.0.1:1", null));

            awaits.get(30, TimeUnit.SECONDS);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void theOthersGoOnWithoutALeaderThatHasFailed() throws IOException, InterruptedException {
        SetupRequest request = SetupRequest.of(List.of("0", "1", "2"), true, "", false);
        AtomicLong minutes = new AtomicLong();
        Waiting quick = new Waiting(() -> TimeUnit.MINUTES.toNanos(minutes.getAndIncrement()), Duration.ofMillis(1));
        try (EtcdStore store = EtcdStore.open(config)) {
            new RequestPhase(new FakeHost(root).host(), cluster(1), request, quick).await(store);

            assertThat(store.snapshot().request()).isEmpty();
        }
        assertThat(minutes).hasPositiveValue();
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

            new RequestPhase(new FakeHost(root).host(), cluster(0), request, new Waiting()).run(store, nowhere);
            new RequestPhase(new FakeHost(root).host(), cluster(0), request, new Waiting()).run(store, nowhere);
        }

        try (EtcdStore store = EtcdStore.open(ETCD.config("neco", ETCD.endpoints(), config.prefix()))) {
            assertThat(store.snapshot().request()).contains(first);
        }
        try (EtcdStore store = EtcdStore.open(ETCD.config("vault", ETCD.endpoints(), config.prefix()))) {
            assertThatThrownBy(store::snapshot).isInstanceOf(StoreException.class);
        }
    }
}
