package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches on three members, as they are killed, paused, restarted and compacted. */
class WatchFailoverIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three().withTls();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private EtcdConfig config;
    private EtcdStore store;

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    @BeforeEach
    void open() {
        config = ETCD.config();
        store = EtcdStore.open(config);
    }

    @AfterEach
    void healAndClose() {
        ETCD.heal();
        store.close();
    }

    private static UpdateStatus step(int step) {
        return UpdateStatus.running("1", step);
    }

    private void put(int step) {
        store.putStatus(0, step(step));
    }

    /** Puts until it is certain that it was written. */
    private void putSurely(int step) {
        await("step " + step + " is written")
                .atMost(PATIENCE)
                .pollInSameThread()
                .ignoreExceptionsInstanceOf(StoreException.class)
                .until(() -> {
                    put(step);
                    return true;
                });
    }

    private static List<Integer> steps(List<StoreEvent> events) {
        return events.stream()
                .filter(StoreEvent.StatusReported.class::isInstance)
                .map(event -> ((StoreEvent.StatusReported) event).status().step())
                .toList();
    }

    private StoreWatch watch(List<StoreEvent> events) {
        return store.watch(Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, events::add);
    }

    private static void awaitStep(List<StoreEvent> events, int step) {
        await("step " + step + " is delivered")
                .atMost(PATIENCE)
                .until(() -> steps(events).contains(step));
    }

    @Test
    void noValueIsLostWhileMembersAreKilledStoppedAndPaused() throws InterruptedException {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger last = new AtomicInteger();
        Thread writer = new Thread(
                () -> {
                    try (EtcdStore own = EtcdStore.open(config)) {
                        while (!done.get()) {
                            try {
                                own.putStatus(0, step(last.incrementAndGet()));
                            } catch (StoreException e) {
                                failures.incrementAndGet();
                            }
                        }
                    }
                },
                "writer");
        try (StoreWatch watch = watch(events)) {
            writer.start();
            for (int member = 0; member < 3; member++) {
                int before = last.get();
                ETCD.kill(member);
                await().atMost(PATIENCE).until(() -> last.get() > before + 20);
                ETCD.heal();
                ETCD.stop(member);
                int stopped = last.get();
                await().atMost(PATIENCE).until(() -> last.get() > stopped + 20);
                ETCD.heal();
            }
            ETCD.pause(0);
            int paused = last.get();
            await().atMost(PATIENCE).until(() -> last.get() > paused + 20);
            ETCD.heal();
            done.set(true);
            writer.join(PATIENCE.toMillis());
            putSurely(1_000_000);
            awaitStep(events, 1_000_000);
        }

        List<Long> revisions = events.stream().map(StoreEvent::revision).toList();
        assertThat(revisions).isSorted();
        assertThat(revisions.stream().distinct().count())
                .as(
                        "every version of the key was delivered; %d of %d writes had an unknown outcome",
                        failures.get(), last.get())
                .isEqualTo(versions("status/bootservers/0"));
        System.out.printf(
                "writer: %d writes, %d of unknown outcome, %d events, %d delivered twice%n",
                last.get(),
                failures.get(),
                events.size(),
                events.size() - revisions.stream().distinct().count());
    }

    private long versions(String key) {
        return store.connection()
                .repeatable(
                        "count versions",
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(config.prefix() + key))
                                .build())
                .getKvs(0)
                .getVersion();
    }

    @Test
    void goesOnAfterTheWholeClusterWasRestarted() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        try (StoreWatch watch = watch(events)) {
            put(1);
            awaitStep(events, 1);

            ETCD.restartAll();
            putSurely(2);

            awaitStep(events, 2);
        }
    }

    @Test
    void leavesAMemberThatFallsSilent() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        EtcdConfig first = ETCD.config("neco", ETCD.endpoints(), config.prefix());
        try (EtcdStore watcher = EtcdStore.open(first);
                StoreWatch watch = watcher.watch(
                        Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, events::add)) {
            putSurely(1);
            awaitStep(events, 1);
            for (int member = 0; member < 3; member++) {
                ETCD.pause(member);
                putSurely(10 + member);
                awaitStep(events, 10 + member);
                ETCD.heal();
            }
        }
    }

    @Test
    void leavesAMemberWithoutALeader() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        int leader = ETCD.leader();
        try (StoreWatch watch = watch(events)) {
            put(1);
            awaitStep(events, 1);

            ETCD.kill(leader);
            ETCD.kill((leader + 1) % 3);
            ETCD.restart(leader);
            putSurely(2);

            awaitStep(events, 2);
        }
    }

    /** etcd sends what has happened since in pieces of a thousand revisions; all but the first are still to come. */
    @Test
    void aBacklogIsDeliveredWholeAlthoughAllMembersAreKilledWhileTheySendIt() throws InterruptedException {
        int backlog = 4000;
        long start = store.snapshot().revision() + 1;
        ExecutorService writers = Executors.newFixedThreadPool(8);
        for (int i = 1; i <= backlog; i++) {
            int step = i;
            writers.execute(() -> store.putStatus(step % 8, UpdateStatus.aborted("1", step, "x".repeat(1000))));
        }
        writers.shutdown();
        assertThat(writers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        AtomicBoolean isFirst = new AtomicBoolean(true);
        try (StoreWatch watch = store.watch(Set.of(WatchTopic.STATUS), start, event -> {
            if (isFirst.getAndSet(false)) {
                ETCD.restartAll();
            }
            events.add(event);
        })) {
            await("all of the backlog")
                    .atMost(PATIENCE.multipliedBy(3))
                    .until(() -> Set.copyOf(steps(events)).size() == backlog);
        }

        assertThat(events.stream().map(StoreEvent::revision).toList()).isSorted();
    }

    private void compact() {
        store.connection()
                .repeatable(
                        "compact",
                        KVGrpc.getCompactMethod(),
                        CompactionRequest.newBuilder()
                                .setRevision(store.snapshot().revision())
                                .setPhysical(true)
                                .build());
    }

    /** The member may deliver them while it catches up, before it learns of the compaction; if not, they are missed, and that is said. */
    @Test
    void nothingIsMissedUnsaidAfterACompactionWhileItsOnlyMemberWasDown() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        EtcdConfig one = ETCD.config("neco", List.of(ETCD.endpoint(0)), config.prefix());
        try (EtcdStore watcher = EtcdStore.open(one);
                StoreWatch watch = watcher.watch(
                        Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, events::add)) {
            putSurely(1);
            awaitStep(events, 1);
            ETCD.kill(0);
            putSurely(2);
            putSurely(3);
            compact();

            ETCD.restart(0);

            putSurely(4);
            awaitStep(events, 4);
        }
        assertThat(steps(events).containsAll(List.of(2, 3))
                        || events.stream().anyMatch(StoreEvent.Missed.class::isInstance))
                .as("%s", events)
                .isTrue();
    }

    @Test
    void saysWhatItMissedAfterACompaction() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        long start = store.snapshot().revision() + 1;
        put(1);
        put(2);
        long compacted = store.snapshot().revision();
        compact();

        try (StoreWatch watch = store.watch(Set.of(WatchTopic.STATUS), start, events::add)) {
            await().atMost(PATIENCE).until(() -> !events.isEmpty());
            put(3);
            awaitStep(events, 3);
        }

        assertThat(events.get(0)).isInstanceOf(StoreEvent.Missed.class);
        assertThat(events.get(0).revision()).isGreaterThanOrEqualTo(compacted - 1);
    }

    @Test
    void survivesAConsumerThatThrows() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        try (StoreWatch watch =
                store.watch(Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, event -> {
                    events.add(event);
                    throw new IllegalStateException("consumer " + event);
                })) {
            put(1);
            put(2);
            awaitStep(events, 2);
        }
        assertThat(steps(events)).containsExactly(1, 2);
    }

    @Test
    void queuesEventsWhileTheConsumerIsBusyAndItsMemberDies() throws InterruptedException {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (StoreWatch watch =
                store.watch(Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, event -> {
                    busy.countDown();
                    awaitQuietly(go);
                    events.add(event);
                })) {
            put(1);
            assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
            put(2);
            for (int member = 0; member < 3; member++) {
                ETCD.stop(member);
                putSurely(3 + member);
                ETCD.heal();
            }
            go.countDown();
            awaitStep(events, 5);
        }
        assertThat(steps(events)).containsSubsequence(1, 2, 3, 4, 5);
    }

    @Test
    void deliversNothingAfterClose() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        List<StoreEvent> others = new CopyOnWriteArrayList<>();
        StoreWatch closed = watch(events);
        try (StoreWatch other = watch(others)) {
            put(1);
            awaitStep(events, 1);
            closed.close();

            put(2);
            awaitStep(others, 2);
        }
        assertThat(steps(events)).containsExactly(1);
    }

    @Test
    void canBeClosedByItsConsumer() throws InterruptedException {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        CountDownLatch registered = new CountDownLatch(1);
        StoreWatch[] watch = new StoreWatch[1];
        CountDownLatch closed = new CountDownLatch(1);
        watch[0] = store.watch(Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, event -> {
            awaitQuietly(registered);
            events.add(event);
            watch[0].close();
            closed.countDown();
        });
        registered.countDown();
        put(1);
        put(2);

        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events).hasSize(1);
    }

    @Test
    void tellsOfMalformedValuesAndGoesOn() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        try (StoreWatch watch = watch(events)) {
            raw("status/current", "{");
            raw("status/bootservers/x", "{}");
            raw("status/bootservers/1", "{\"step\":\"x\"}");
            put(1);
            awaitStep(events, 1);
        }
        assertThat(events.subList(0, 3))
                .allSatisfy(event -> assertThat(event).isInstanceOf(StoreEvent.Malformed.class));
        assertThat(((StoreEvent.Malformed) events.get(2)).error())
                .hasMessageContaining("status/bootservers/1")
                .hasMessageContaining("step");
    }

    private void raw(String key, String value) {
        store.connection().write("write " + key, KVGrpc.getPutMethod(), new EtcdKeys(config.prefix()).put(key, value));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody released the consumer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
