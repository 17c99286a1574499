package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.log.Logging;
import io.neco.store.ConfigKey;
import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.Retry;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three workers in one process over a real etcd; their steps do nothing but what a test wants. */
class WorkerIT {
    private static final String VERSION = "1.0.0";
    static final int LAST_STEP = 3;

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three();

    @TempDir
    Path dir;

    private final List<Host> hosts = new ArrayList<>();
    private @Nullable EtcdConfig config;
    private @Nullable NecoStore store;
    private @Nullable Leadership updater;

    @BeforeEach
    void connect() throws InterruptedException {
        config = ETCD.config();
        store = EtcdStore.open(config);
        updater = store.campaign(ElectionName.UPDATER, "test", Duration.ofSeconds(60), Duration.ofSeconds(10));
        for (int lrn = 0; lrn < 3; lrn++) {
            hosts.add(new Host(lrn, VERSION, dir, config));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Host host : hosts) {
            host.stop();
        }
        if (updater != null) {
            updater.close();
        }
        store().close();
    }

    @Test
    void threeWorkersWalkAnUpdateAndRestartEtcd() {
        startAll();

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(store().statuses().values()).allMatch(s -> s.step() == LAST_STEP);
        Awaitility.await("etcd restarts").until(() -> hosts.stream().allMatch(h -> h.duties.restarts.size() == 1));
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
        Awaitility.await("journals to go").until(() -> hosts.stream().noneMatch(h -> h.hasJournal()));
    }

    @Test
    void otherDaemonsOfAHostMayStartWhenAllWorkersAreAtTheFirstStep() {
        request(VERSION);
        hosts.get(0).start();
        hosts.get(1).start();
        Awaitility.await("two workers to wait for the third")
                .until(() ->
                        isAt(0, 1) && isAt(1, 1) && hosts.get(0).duties.isStarted && hosts.get(1).duties.isStarted);
        assertThat(hosts).noneMatch(h -> h.duties.hasTold);

        hosts.get(2).start();

        Awaitility.await("all to tell it").until(() -> hosts.stream().allMatch(h -> h.duties.hasTold));
        awaitCondition(UpdateCondition.COMPLETED);
    }

    @Test
    void aFailingStepAbortsTheUpdateEverywhereWithItsReason() {
        startAll();
        hosts.get(1).duties.failing = 2;

        request(VERSION);

        awaitCondition(UpdateCondition.ABORTED);
        assertThat(status(1)).isEqualTo(UpdateStatus.aborted(VERSION, 2, "disk full"));
        Awaitility.await("what was stopped to be started again")
                .until(() -> hosts.stream().allMatch(h -> h.duties.settledAfter.contains(2)));
        assertThat(status(0).message()).isEqualTo("other boot server failed to update: 1: disk full");
        assertThat(status(2).message()).isEqualTo("other boot server failed to update: 1: disk full");
        assertThat(hosts).allMatch(h -> h.duties.restarts.isEmpty());
    }

    @Test
    void whoEndsItsStepAfterTheUpdaterHasStoppedTheUpdateReportsTheReasonNevertheless() {
        startAll();
        hosts.get(1).duties.failing = 2;
        CountDownLatch held = hosts.get(2).duties.hold(2);
        UpdateRequest request = request(VERSION);
        Awaitility.await("2 to be asked to end its step").until(() -> hosts.get(2).duties.isCancelled);

        store().putRequest(request.stopped(), leader().key());
        held.countDown();

        awaitCondition(UpdateCondition.ABORTED);
        assertThat(status(2).message()).isEqualTo("other boot server failed to update: 1: disk full");
    }

    @Test
    void aReportThatComesAfterTheRecoveryIsNotWritten() {
        startAll();
        hosts.get(1).duties.failing = 2;
        CountDownLatch held = hosts.get(2).duties.hold(2);
        UpdateRequest request = request(VERSION);
        Awaitility.await("2 to be asked to end its step").until(() -> hosts.get(2).duties.isCancelled);
        store().putRequest(request.stopped(), leader().key());
        Awaitility.await("the journal of 0 to go").until(() -> !hosts.get(0).hasJournal());
        store().clearStatusAndContents();

        held.countDown();

        Awaitility.await("the journal of 2 to go").until(() -> !hosts.get(2).hasJournal());
        assertThat(store().statuses()).doesNotContainKey(2);
    }

    @Test
    void aStopEndsAnUpdateAndARecoveryBeginsItAnew() {
        startAll();
        CountDownLatch held = hosts.get(2).duties.hold(2);
        UpdateRequest request = request(VERSION);
        Awaitility.await("2 to be in step 2")
                .until(() -> hosts.get(2).duties.steps.contains(2));

        store().putRequest(request.stopped(), leader().key());
        Awaitility.await("work to be cancelled").until(() -> hosts.get(2).duties.isCancelled);
        held.countDown();
        Awaitility.await("all journals to go").until(() -> hosts.stream().noneMatch(h -> h.hasJournal()));
        store().clearStatusAndContents();
        hosts.forEach(h -> h.duties.steps.clear());
        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
    }

    @Test
    void anAbortedUpdateIsCompletedByARetryAlsoOnAServerThatMissedIt() throws Exception {
        startAll();
        hosts.get(1).duties.failing = 2;
        UpdateRequest request = request(VERSION);
        awaitCondition(UpdateCondition.ABORTED);
        store().putRequest(request.stopped(), leader().key());
        Awaitility.await("all journals to go").until(() -> hosts.stream().noneMatch(h -> h.hasJournal()));
        hosts.get(2).stop();
        hosts.get(1).duties.failing = -1;
        hosts.forEach(h -> h.duties.steps.clear());

        assertThat(store().replaceRequest(again(), store().revision())).isTrue();
        Awaitility.await("the others to begin").until(() -> isAt(0, 1) && isAt(1, 1));
        hosts.get(2).start();

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
    }

    @Test
    void anInstallationThatFailedIsTriedAgainByARetry() {
        startAll();
        hosts.get(0).duties.failing = 0;
        UpdateRequest request = request("1.1.0");
        Awaitility.await("0 to give up")
                .until(() -> store().statuses().containsKey(0) && status(0).condition() == UpdateCondition.ABORTED);
        store().putRequest(request.stopped(), leader().key());
        Awaitility.await("all journals to go").until(() -> !hosts.get(0).hasJournal());
        hosts.get(0).duties.failing = -1;

        assertThat(store().replaceRequest(again(), store().revision())).isTrue();

        Awaitility.await("0 to install")
                .until(() -> hosts.get(0).duties.installed.equals("1.1.0"));
    }

    @Test
    void aWorkerThatIsKilledInAStepGoesOnWithItAndTheOthersNoticeNothing() throws Exception {
        startAll();
        hosts.get(0).duties.hold(2);
        request(VERSION);
        Awaitility.await("0 to be in step 2")
                .until(() -> hosts.get(0).duties.steps.contains(2));

        hosts.get(0).crash();
        hosts.get(0).start();

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts.get(0).duties.steps).containsExactly(2, 3);
        assertThat(hosts.get(1).duties.steps).containsExactly(1, 2, 3);
    }

    @Test
    void aWorkerThatIsStoppedWhileItWaitsAtABarrierGoesOnWaiting() throws Exception {
        startAll();
        CountDownLatch held = hosts.get(1).duties.hold(1);
        request(VERSION);
        Awaitility.await("0 to wait for step 2").until(() -> isAt(0, 2));

        hosts.get(0).stop();
        hosts.get(0).start();
        held.countDown();

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts.get(0).duties.steps).containsExactly(2, 3);
    }

    @Test
    void aWorkerThatIsKilledBeforeItsEtcdRestartDoesItAfterwards() throws Exception {
        startAll();
        hosts.get(2).duties.hold(99);
        request(VERSION);
        Awaitility.await("2 to restart etcd")
                .until(() -> !hosts.get(2).duties.restarts.isEmpty());

        hosts.get(2).crash();
        hosts.get(2).start();

        Awaitility.await("2 to restart etcd again")
                .until(() -> hosts.get(2).duties.restarts.size() == 1);
        assertThat(status(2)).isEqualTo(UpdateStatus.completed(VERSION, LAST_STEP));
    }

    @Test
    void aWorkerWithoutItsJournalAborts() throws Exception {
        startAll();
        hosts.get(0).duties.hold(2);
        request(VERSION);
        Awaitility.await("0 to be in step 2")
                .until(() -> hosts.get(0).duties.steps.contains(2));
        hosts.get(0).crash();
        Files.delete(hosts.get(0).journal());

        hosts.get(0).start();

        awaitCondition(UpdateCondition.ABORTED);
        assertThat(status(0).message()).contains("restarted in step 2").contains("neco recover");
    }

    @Test
    void anUnexpectedRequestAbortsTheUpdateAndIsThenFollowed() {
        startAll();
        CountDownLatch held = hosts.get(1).duties.hold(2);
        request(VERSION);
        Awaitility.await("1 to be in step 2")
                .until(() -> hosts.get(1).duties.steps.contains(2));

        request("1.1.0");
        held.countDown();

        Awaitility.await("all to install")
                .until(() -> hosts.stream().allMatch(h -> h.duties.installed.equals("1.1.0")));
    }

    @Test
    void aFailedInstallationIsReportedOnceAndNotRepeated() {
        startAll();
        hosts.forEach(h -> h.duties.failing = 0);

        request("1.1.0");

        awaitCondition(UpdateCondition.ABORTED);
        assertThat(status(0)).isEqualTo(UpdateStatus.aborted("1.1.0", 1, "no such release: neco@release-1.1.0"));
        assertThat(hosts).allMatch(h -> h.duties.installs.get() == 1);
    }

    @Test
    void anErrorOfTheProgramInAStepIsReportedAndEndsTheProcess() throws Exception {
        startAll();
        hosts.get(1).duties.failing = 2;
        hosts.get(1).duties.error = new NoClassDefFoundError("io/neco/Missing");

        UpdateRequest request = request(VERSION);

        awaitCondition(UpdateCondition.ABORTED);
        assertThat(status(1).step()).isEqualTo(2);
        assertThat(status(1).message()).contains("NoClassDefFoundError: io/neco/Missing", "journalctl -u neco-worker");
        hosts.get(1).awaitEnd();
        assertThat(hosts.get(1).end).hasValue(Worker.End.BROKEN);

        store().putRequest(request.stopped(), leader().key());
        hosts.get(1).crash();
        hosts.get(1).start();
        Awaitility.await("all journals to go").until(() -> hosts.stream().noneMatch(h -> h.hasJournal()));
        hosts.forEach(h -> h.duties.steps.clear());
        assertThat(store().replaceRequest(again(), store().revision())).isTrue();
        awaitCondition(UpdateCondition.COMPLETED);
    }

    @Test
    void anErrorOfTheProgramInTheInstallationIsReportedAndEndsTheProcess() throws Exception {
        hosts.get(0).duties.failing = 0;
        hosts.get(0).duties.error = new StackOverflowError();
        hosts.get(0).start();

        request("1.1.0");

        hosts.get(0).awaitEnd();
        assertThat(hosts.get(0).end).hasValue(Worker.End.BROKEN);
        assertThat(status(0).condition()).isEqualTo(UpdateCondition.ABORTED);
        assertThat(status(0).message()).contains("StackOverflowError");
    }

    @Test
    void anErrorOfTheProgramInTheRestartOfEtcdIsNotMetAgainAndAgain() throws Exception {
        startAll();
        hosts.get(2).duties.failing = 99;
        hosts.get(2).duties.error = new StackOverflowError();

        request(VERSION);

        hosts.get(2).awaitEnd();
        assertThat(hosts.get(2).end).hasValue(Worker.End.BROKEN);
        assertThat(hosts.get(2).hasJournal()).isFalse();
    }

    @Test
    void whatBreaksBesideAnUpdateDoesNotKeepAWorkerFromIt() {
        hosts.get(0).duties.failing = 98;
        hosts.get(0).duties.error = new NoClassDefFoundError("io/neco/Missing");
        startAll();

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
    }

    @Test
    void settingsAreTakenUpInProcess() {
        startAll();

        store().putConfig(ConfigKey.PROXY, "http://proxy.example.com:3128");

        Awaitility.await("settings to be taken up")
                .atMost(Duration.ofSeconds(5))
                .until(() -> hosts.stream()
                        .allMatch(h -> h.duties.settings.proxy().equals(Optional.of("http://proxy.example.com:3128"))));
    }

    @Test
    void aWorkerConnectsAnewWhenAStepHasRewrittenItsConfiguration() {
        startAll();
        hosts.get(0).moves = true;

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts.get(0).opens).hasValueGreaterThan(1);
        assertThat(hosts.get(0).duties.steps).containsExactly(1, 2, 3);
    }

    @Test
    void workersSurviveThatEtcdIsAway() throws Exception {
        startAll();
        CountDownLatch held = hosts.get(1).duties.hold(2);
        request(VERSION);
        Awaitility.await("1 to be in step 2")
                .until(() -> hosts.get(1).duties.steps.contains(2));

        ETCD.restartAll();
        held.countDown();

        ETCD.awaitHealthy();
        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
    }

    @Test
    void malformedRequestsAreWaitedOut() {
        startAll();
        MalformedWriter.write(ETCD, Objects.requireNonNull(config), "status/current", "{\"version\": 7");

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"del", "put"})
    void workersThatStartWhileAReportIsMalformedBeginWhenItIsMended(String how) {
        MalformedWriter.write(ETCD, Objects.requireNonNull(config), "status/bootservers/9", "{\"version\": 7");
        request(VERSION);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Logging.configure("neco-worker", log, "", "");
        startAll();
        Awaitility.await("all workers to have seen it")
                .atMost(Duration.ofSeconds(60))
                .until(() -> log.toString(StandardCharsets.UTF_8)
                                .split("cannot understand what is stored in etcd", -1)
                                .length
                        > hosts.size());
        Logging.configure("neco-worker", System.err, "", "");
        assertThat(hosts).allMatch(h -> h.duties.steps.isEmpty());

        if (how.equals("del")) {
            MalformedWriter.delete(ETCD, Objects.requireNonNull(config), "status/bootservers/9");
        } else {
            MalformedWriter.write(
                    ETCD,
                    Objects.requireNonNull(config),
                    "status/bootservers/9",
                    "{\"version\": \"" + VERSION + "\", \"step\": 1, \"cond\": 1, \"message\": \"\"}");
        }

        Awaitility.await("all to complete")
                .atMost(Duration.ofSeconds(60))
                .until(() -> hosts.stream().allMatch(h -> h.duties.restarts.size() == 1));
        MalformedWriter.delete(ETCD, Objects.requireNonNull(config), "status/bootservers/9");
    }

    @Test
    void aWorkerStopsWithinHalfASecond() throws Exception {
        startAll();
        hosts.get(0).duties.hold(2);
        request(VERSION);
        Awaitility.await("0 to be in step 2")
                .until(() -> hosts.get(0).duties.steps.contains(2));

        assertThat(hosts.get(0).stop()).isEqualTo(Worker.End.STOPPED);

        assertThat(hosts.get(0).hasJournal()).isTrue();
    }

    // ---- helpers

    private void startAll() {
        hosts.forEach(Host::start);
        Awaitility.await("workers to start").until(() -> hosts.stream().allMatch(h -> h.duties.isStarted));
    }

    private UpdateRequest request(String version) {
        UpdateRequest request = new UpdateRequest(version, List.of(0, 1, 2), false, OffsetDateTime.now(ZoneOffset.UTC));
        store().putRequest(request, leader().key());
        return request;
    }

    /** What a retry asks for after the present request. */
    private UpdateRequest again() {
        Snapshot view = store().snapshot();
        Retry retry = Retry.of(view.request(), view.statuses(), List.of(0, 1, 2), OffsetDateTime.now(ZoneOffset.UTC));
        return ((Retry.Again) retry).request();
    }

    private void awaitCondition(UpdateCondition condition) {
        Awaitility.await("all reports to be " + condition)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(io.neco.store.StoreException.class)
                .until(() -> {
                    Map<Integer, UpdateStatus> statuses = store().statuses();
                    return statuses.size() == 3 && statuses.values().stream().allMatch(s -> s.condition() == condition);
                });
    }

    private boolean isAt(int lrn, int step) {
        UpdateStatus status = store().statuses().get(lrn);
        return status != null && status.step() == step;
    }

    private UpdateStatus status(int lrn) {
        return Objects.requireNonNull(store().statuses().get(lrn));
    }

    private NecoStore store() {
        return Objects.requireNonNull(store);
    }

    private Leadership leader() {
        return Objects.requireNonNull(updater);
    }

    /** A boot server: its files, and a worker that can be killed. */
    private static final class Host {
        final int lrn;
        final String version;
        final HostFiles files;
        final EtcdConfig config;
        final AtomicInteger opens = new AtomicInteger();
        volatile boolean moves;
        FakeDuties duties = new FakeDuties();

        @Nullable
        Thread thread;

        final AtomicReference<Worker.@Nullable End> end = new AtomicReference<>();

        Host(int lrn, String version, Path dir, EtcdConfig config) {
            this.lrn = lrn;
            this.version = version;
            this.files = new HostFiles(new HostRoot(dir.resolve("host-" + lrn)));
            this.config = config;
        }

        Path journal() {
            return files.path(Journal.FILE);
        }

        boolean hasJournal() {
            return Files.exists(journal());
        }

        void start() {
            StoreLink link = new StoreLink() {
                @Override
                public NecoStore open() {
                    opens.incrementAndGet();
                    return EtcdStore.open(config);
                }

                @Override
                public boolean hasMoved() {
                    return moves;
                }
            };
            Worker worker = new Worker(new Self(lrn, version, LAST_STEP), link, new Journal(files), duties);
            thread = new Thread(() -> end.set(worker.run()), "worker-" + lrn);
            thread.start();
        }

        void awaitEnd() {
            Awaitility.await("worker " + lrn + " to end").until(() -> end.get() != null);
        }

        Worker.@Nullable End stop() throws InterruptedException {
            if (thread != null) {
                thread.interrupt();
                thread.join(Duration.ofSeconds(20).toMillis());
                assertThat(thread.isAlive()).isFalse();
                thread = null;
            }
            return end.get();
        }

        /** As stop, but what was being done is not known to the next process. */
        void crash() throws InterruptedException {
            stop();
            FakeDuties next = new FakeDuties();
            duties = next;
        }
    }

    /** Puts what no program of ours would. */
    private static final class MalformedWriter {
        static void write(EtcdCluster cluster, EtcdConfig config, String key, String value) {
            etcdctl(cluster, "put", config.prefix() + key, value);
        }

        static void delete(EtcdCluster cluster, EtcdConfig config, String key) {
            etcdctl(cluster, "del", config.prefix() + key);
        }

        private static void etcdctl(EtcdCluster cluster, String... arguments) {
            List<String> command =
                    new ArrayList<>(List.of("etcdctl", "--endpoints=" + String.join(",", cluster.endpoints())));
            command.addAll(List.of(arguments));
            try {
                Process etcdctl =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String said =
                        new String(etcdctl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                assertThat(etcdctl.waitFor()).as(said).isZero();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
