package io.neco.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.neco.store.ContentsKey;
import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that share a content's work, with a real etcd. */
class ContentsGuardIT {
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final String VERSION = "1.0.0";
    private static final Duration TTL = Duration.ofSeconds(20);

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final ExecutorService servers = Executors.newCachedThreadPool();
    private final AtomicInteger runs = new AtomicInteger();
    private EtcdConfig config;
    private NecoStore store;

    @BeforeEach
    void connect() {
        config = ETCD.config();
        store = EtcdStore.open(config);
    }

    @AfterEach
    void close() {
        servers.shutdownNow();
        store.close();
    }

    @Test
    void oneOfThreeServersDoesTheWork() throws Exception {
        List<Future<?>> all = List.of(
                servers.submit(() -> guard(context(0), runs::incrementAndGet)),
                servers.submit(() -> guard(context(1), runs::incrementAndGet)),
                servers.submit(() -> guard(context(2), runs::incrementAndGet)));
        for (Future<?> server : all) {
            server.get(30, TimeUnit.SECONDS);
        }

        assertThat(runs).hasValue(1);
        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(new ContentsUpdateStatus(VERSION, true));
    }

    @Test
    void doesTheWorkAgainForAnotherVersion() throws Exception {
        record(new ContentsUpdateStatus("0.9.0", false));

        guard(context(0), runs::incrementAndGet);

        assertThat(runs).hasValue(1);
    }

    @Test
    void tellsOfTheChangeWhereItWasDone() throws Exception {
        StepContext first = context(0);
        StepContext second = context(1);

        guard(first, runs::incrementAndGet);
        guard(second, runs::incrementAndGet);

        assertThat(first.changes()).containsExactly("contents/cke");
        assertThat(second.changes()).isEmpty();
    }

    @Test
    void repeatsAFailureThatMayPassUnderTheLock() throws Exception {
        guard(context(0), () -> {
            if (runs.incrementAndGet() < 3) {
                throw new IOException("cannot upload");
            }
        });

        assertThat(runs).hasValue(3);
        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(new ContentsUpdateStatus(VERSION, true));
    }

    @Test
    void recordsAFailureSoThatTheOthersFailToo() {
        assertThatThrownBy(() -> guard(context(0), () -> {
                    runs.incrementAndGet();
                    throw new IOException("cannot upload asset a.img");
                }))
                .isInstanceOf(StepFailedException.class)
                .hasMessage("cannot upload asset a.img");
        assertThat(runs).hasValue(3);
        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(new ContentsUpdateStatus(VERSION, false));

        assertThatThrownBy(() -> guard(context(1), runs::incrementAndGet))
                .isInstanceOf(StepFailedException.class)
                .hasMessageStartingWith("cke: update of contents failed by preceding worker")
                .hasMessageContaining("neco recover");
        assertThat(runs).hasValue(3);
    }

    /** As `neco-worker -plan` does after an update that was aborted for that reason. */
    @Test
    void whoeverHasNoTimeForTheReportOfTheServerThatFailedIsToldTheReason() throws Exception {
        record(new ContentsUpdateStatus(VERSION, false));
        StepContext context = context(1);
        ContentsGuard guard = new ContentsGuard(
                context,
                ContentsKey.CKE,
                runs::incrementAndGet,
                Duration.ofMillis(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1));
        CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(() -> catchThrowable(guard::run));
        Awaitility.await("the guard to wait")
                .until(() -> context.cancellation()
                        .awaited()
                        .contains("cke: update of contents failed by preceding worker"));

        context.cancellation().request("no time");

        assertThat(end.get(10, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
    }

    @Test
    void doesNotBeginAgainLateAfterTheFirstFailure() {
        ContentsGuard guard = new ContentsGuard(
                context(0),
                ContentsKey.CKE,
                () -> {
                    runs.incrementAndGet();
                    throw new IOException("nobody answers");
                },
                Duration.ofMillis(1),
                Duration.ZERO,
                Duration.ZERO);

        assertThatThrownBy(guard::run).hasMessage("nobody answers");

        assertThat(runs).hasValue(2);
    }

    @Test
    void doesNotRepeatWhatCannotPass() {
        assertThatThrownBy(() -> guard(context(0), () -> {
                    runs.incrementAndGet();
                    throw new StepFailedException("no such file");
                }))
                .isInstanceOf(StepFailedException.class);

        assertThat(runs).hasValue(1);
    }

    @Test
    void doesNotRecordAFailedTemplateSoThatEachServerTries() {
        ContentsGuard guard = new ContentsGuard(
                context(0),
                ContentsKey.CKE_TEMPLATE,
                () -> {
                    throw new StepFailedException("ckecli failed");
                },
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMinutes(1));

        assertThatThrownBy(guard::run).isInstanceOf(StepFailedException.class);

        assertThat(store.contentsStatus(ContentsKey.CKE_TEMPLATE)).isEmpty();
    }

    @Test
    void recoveringMakesTheSameVersionPossibleAgain() throws Exception {
        record(new ContentsUpdateStatus(VERSION, false));
        try (Leadership lock = lead(store)) {
            store.putRequest(new UpdateRequest(VERSION, List.of(0, 1, 2), true, BEGIN), lock.key());
        }

        store.clearStatusAndContents();
        guard(context(0), runs::incrementAndGet);

        assertThat(runs).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(ContentsKey.class)
    void doesNothingWhereTheRecordCannotBeUnderstoodUntilTheUpdateIsRecovered(ContentsKey key) throws Exception {
        ETCD.put(config, key.key(), "{\"version\":1}");

        assertThatThrownBy(() -> guard(context(0), key, runs::incrementAndGet))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageStartingWith("etcd key " + key.key() + " should hold a contents record but holds"
                        + " `{\"version\":1}`: member version should be text but is a number")
                .hasMessageEndingWith("or run `neco recover` or `neco retry` when the update is stopped");
        assertThat(runs).hasValue(0);

        try (Leadership lock = lead(store)) {
            store.putRequest(new UpdateRequest(VERSION, List.of(0, 1, 2), true, BEGIN), lock.key());
        }
        store.clearStatusAndContents();
        guard(context(0), key, runs::incrementAndGet);
        assertThat(runs).hasValue(1);
    }

    @Test
    void breaksTheWorkOffWhenTheUpdateIsStopped() throws Exception {
        StepContext context = context(0);
        CountDownLatch working = new CountDownLatch(1);
        Future<?> server = servers.submit(() -> guard(context, () -> {
            working.countDown();
            new CountDownLatch(1).await();
        }));
        assertThat(working.await(20, TimeUnit.SECONDS)).isTrue();

        context.cancellation().request("stop request");

        assertThatThrownBy(() -> server.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CancelledException.class);
        assertThat(store.contentsStatus(ContentsKey.CKE)).isEmpty();
        lead(store).close();
    }

    @Test
    void stopsWaitingForTheLockWhenTheUpdateIsStopped() throws Exception {
        try (Leadership lock = lead(store)) {
            StepContext context = context(0);
            Future<?> server = servers.submit(() -> guard(context, runs::incrementAndGet));
            context.cancellation().request("stop request");

            assertThatThrownBy(() -> server.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
            assertThat(lock.lost().toCompletableFuture()).isNotDone();
        }
        assertThat(runs).hasValue(0);
    }

    @Test
    void recordsNothingWhenTheWorkerStops() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread worker = new Thread(() -> {
            try {
                guard(context(0), () -> {
                    working.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        ended.countDown();
                    }
                });
            } catch (IOException | CancelledException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                runs.incrementAndGet();
            }
        });
        worker.start();
        assertThat(working.await(20, TimeUnit.SECONDS)).isTrue();

        worker.interrupt();
        worker.join(20_000);

        assertThat(worker.isAlive()).isFalse();
        assertThat(ended.getCount()).isZero();
        assertThat(runs).hasValue(1);
        assertThat(store.contentsStatus(ContentsKey.CKE)).isEmpty();
    }

    @Test
    void aLeaderThatDiesFreesTheOthersWithinItsLease() throws Exception {
        EtcdStore dying = EtcdStore.open(config);
        CountDownLatch working = new CountDownLatch(1);
        Future<?> leader = servers.submit(() -> guard(context(0, dying), () -> {
            working.countDown();
            new CountDownLatch(1).await();
        }));
        assertThat(working.await(20, TimeUnit.SECONDS)).isTrue();
        Future<?> next = servers.submit(() -> guard(context(1), runs::incrementAndGet));

        dying.close();

        next.get(30, TimeUnit.SECONDS);
        assertThat(runs).hasValue(1);
        leader.cancel(true);
    }

    @Test
    void breaksTheWorkOffWhenTheLockIsLost() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        Future<?> server = servers.submit(() -> guard(context(0), () -> {
            working.countDown();
            new CountDownLatch(1).await();
        }));
        assertThat(working.await(20, TimeUnit.SECONDS)).isTrue();

        new ProcessBuilder(
                        "etcdctl",
                        "--endpoints",
                        ETCD.endpoint(0),
                        "del",
                        "--prefix",
                        config.prefix() + "leader/worker/")
                .start()
                .waitFor();

        assertThatThrownBy(() -> server.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(StepFailedException.class)
                .hasMessageContaining("lost the workers' lock");
        assertThat(store.contentsStatus(ContentsKey.CKE)).isEmpty();
    }

    private static boolean guard(StepContext context, ContentsGuard.Work work)
            throws IOException, CancelledException, InterruptedException {
        return guard(context, ContentsKey.CKE, work);
    }

    private static boolean guard(StepContext context, ContentsKey key, ContentsGuard.Work work)
            throws IOException, CancelledException, InterruptedException {
        new ContentsGuard(context, key, work, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMinutes(1)).run();
        return true;
    }

    private static Leadership lead(NecoStore store) throws InterruptedException {
        return store.campaign(ElectionName.WORKER, "9", TTL, Duration.ofSeconds(10));
    }

    private void record(ContentsUpdateStatus status) throws InterruptedException {
        try (Leadership lock = lead(store)) {
            store.putContentsStatus(ContentsKey.CKE, status, lock.key());
        }
    }

    private StepContext context(int lrn) {
        return context(lrn, store);
    }

    private StepContext context(int lrn, NecoStore of) {
        UpdateRequest request = new UpdateRequest(VERSION, List.of(0, 1, 2), false, BEGIN);
        Settings settings =
                new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return new StepContext(new FakeHost(dir, lrn).host(), of, request, settings, new Cancellation());
    }
}
