package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads, writes and the health gate on three members that fail in every way. */
class CallFailoverIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three().withTls();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WHERE_TO_LOOK = "these are the endpoints in /etc/neco/config.yml; for one that does not"
            + " answer see `systemctl status etcd-container` on its server, and the network to it";

    private EtcdConfig config;
    private EtcdStore store;

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    @BeforeEach
    void open() {
        config = ETCD.config().from("/etc/neco/config.yml");
        store = EtcdStore.open(config);
    }

    @AfterEach
    void healAndClose() {
        ETCD.heal();
        store.close();
    }

    private static Timing impatient() {
        Timing t = Timing.standard(Duration.ofSeconds(2));
        return new Timing(
                Duration.ofSeconds(3),
                t.attempt(),
                Duration.ofSeconds(3),
                t.write(),
                t.probe(),
                t.fresh(),
                t.watchIdle(),
                t.watchAnswer(),
                t.watchCheck());
    }

    private long versions(String key) {
        var answer = store.connection()
                .repeatable(
                        "count versions",
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(config.prefix() + key))
                                .build());
        return answer.getKvsCount() == 0 ? 0 : answer.getKvs(0).getVersion();
    }

    @Test
    void opensReadsAndWritesAlthoughOneMemberIsDownOrMute() {
        for (int member = 0; member < 3; member++) {
            ETCD.pause(member);
            try (EtcdStore fresh = EtcdStore.open(config)) {
                fresh.putConfig(ConfigKey.ENV, "test");
                assertThat(fresh.environment()).isEqualTo("test");
            }
            ETCD.heal();
        }
        ETCD.kill(0);
        try (EtcdStore fresh = EtcdStore.open(config)) {
            fresh.putConfig(ConfigKey.ENV, "prod");
            assertThat(fresh.environment()).isEqualTo("prod");
        }
    }

    @Test
    void anIdleStoreWritesAlthoughItsMemberHasFallenSilent() {
        store.putConfig(ConfigKey.ENV, "test");
        ETCD.pause(ETCD.endpoints().indexOf(store.connection().preferredMember().url()));
        await("the last answer is no longer fresh")
                .until(() -> !store.connection().preferredMember().tookPartWithin(Duration.ofMillis(500)));

        store.putConfig(ConfigKey.ENV, "prod");

        assertThat(store.environment()).isEqualTo("prod");
    }

    @Test
    void aLeadershipIsWonAlthoughTheMemberThatIsAskedFallsSilent() throws InterruptedException {
        store.putConfig(ConfigKey.ENV, "test");
        ETCD.pause(ETCD.endpoints().indexOf(store.connection().preferredMember().url()));

        try (Leadership won = store.campaign(ElectionName.WORKER, "0", Duration.ofSeconds(10), PATIENCE)) {
            assertThat(won.isHeld()).isTrue();
        }
    }

    @Test
    void everyEndpointIsNamedWhenNoneAnswers() {
        for (int member = 0; member < 3; member++) {
            ETCD.kill(member);
        }
        assertThatThrownBy(() -> EtcdStore.open(config))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(ETCD.endpoints().toArray(String[]::new))
                .hasMessageContaining("Connection refused")
                .hasMessageContaining(WHERE_TO_LOOK);
        try (EtcdStore impatient = openedBefore()) {
            for (int member = 0; member < 3; member++) {
                ETCD.kill(member);
            }
            assertThatThrownBy(impatient::snapshot)
                    .isInstanceOf(StoreTimeoutException.class)
                    .hasMessageContaining("read " + config.prefix() + "status/current")
                    .hasMessageContainingAll(ETCD.endpoints().toArray(String[]::new))
                    .hasMessageContaining(WHERE_TO_LOOK);
            assertThatThrownBy(() -> impatient.putConfig(ConfigKey.ENV, "test"))
                    .isInstanceOf(StoreTimeoutException.class)
                    .hasMessageContaining("nothing was written");

            ETCD.heal();

            // not when gRPC's backoff, grown in the outage, is over
            await().atMost(Duration.ofSeconds(2))
                    .pollInSameThread()
                    .untilAsserted(() -> impatient.putConfig(ConfigKey.ENV, "test"));
        }
    }

    private EtcdStore openedBefore() {
        ETCD.heal();
        EtcdStore opened = EtcdStore.open(config, impatient());
        opened.snapshot();
        return opened;
    }

    @Test
    void noWriteIsRepeatedWhileMembersAreKilled() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread writer = new Thread(
                    () -> {
                        try (EtcdStore own = EtcdStore.open(config)) {
                            while (!done.get()) {
                                try {
                                    own.putStatus(0, UpdateStatus.running("1", 1));
                                    acknowledged.incrementAndGet();
                                } catch (StoreException e) {
                                    unknown.incrementAndGet();
                                }
                            }
                        }
                    },
                    "writer-" + i);
            writer.start();
            writers.add(writer);
        }
        for (int member = 0; member < 3; member++) {
            ETCD.kill(member);
            int before = acknowledged.get();
            await().atMost(PATIENCE).until(() -> acknowledged.get() > before + 50);
            ETCD.heal();
        }
        done.set(true);
        for (Thread writer : writers) {
            writer.join(PATIENCE.toMillis());
        }

        System.out.printf(
                "%d writes acknowledged, %d unknown, %d carried out%n",
                acknowledged.get(), unknown.get(), versions("status/bootservers/0"));
        assertThat(versions("status/bootservers/0"))
                .isBetween((long) acknowledged.get(), (long) acknowledged.get() + unknown.get());
    }

    @Test
    void everySnapshotIsConsistent() throws InterruptedException {
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "x");
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(
                () -> {
                    try (EtcdStore own = EtcdStore.open(config)) {
                        for (int i = 0; !done.get(); i++) {
                            String version = Integer.toString(i);
                            own.putReconfigureRequest(
                                    new UpdateRequest(
                                            version, List.of(0), false, OffsetDateTime.parse("2022-05-25T00:00:00Z")),
                                    LeaderKey.SETUP);
                            own.putStatus(0, UpdateStatus.running(version, 1));
                        }
                    }
                },
                "writer");
        writer.start();
        int withStatus = 0;
        for (int i = 0; i < 200 || withStatus == 0; i++) {
            Snapshot snapshot = store.snapshot();
            if (snapshot.statuses().containsKey(0)) {
                withStatus++;
                assertThat(snapshot.statuses().get(0).version())
                        .isEqualTo(snapshot.request().orElseThrow().version());
            }
        }
        done.set(true);
        writer.join(PATIENCE.toMillis());
    }

    @Test
    void theGateOpensOnlyWhenEveryMemberIsHealthy() throws InterruptedException {
        ClusterHealth gate = new ClusterHealth(store);
        gate.awaitAllHealthy(3, PATIENCE);
        assertThatThrownBy(() -> gate.awaitAllHealthy(4, Duration.ofMillis(100)))
                .isInstanceOf(StoreTimeoutException.class)
                .hasMessageContaining("3 members instead of 4");

        ETCD.kill(2);
        assertThatThrownBy(() -> gate.awaitAllHealthy(3, Duration.ofMillis(1500)))
                .isInstanceOf(StoreTimeoutException.class)
                .hasMessageContaining("m2 (" + ETCD.endpoint(2) + ")");
        ETCD.restart(2);
        gate.awaitAllHealthy(3, PATIENCE);

        ETCD.pause(1);
        // long enough for the others to elect a leader, if that was the one
        assertThatThrownBy(() -> gate.awaitAllHealthy(3, Duration.ofSeconds(5)))
                .isInstanceOf(StoreTimeoutException.class)
                .hasMessageContaining("m1 (" + ETCD.endpoint(1) + ")");
        ETCD.resume(1);
        gate.awaitRevision(3, store.snapshot().revision(), PATIENCE);
    }

    @Test
    void membersAreAddedAndRemoved() throws InterruptedException {
        List<Member> members = store.addMember("http://127.0.0.1:1");
        assertThat(members).hasSize(4);
        Member added =
                members.stream().filter(m -> m.name().isEmpty()).findFirst().orElseThrow();
        assertThat(added.peerUrls()).containsExactly("http://127.0.0.1:1");
        assertThatThrownBy(() -> new ClusterHealth(store).awaitAllHealthy(4, Duration.ofMillis(100)))
                .hasMessageContaining("has never been started");

        store.removeMember(added.id());

        assertThat(store.members()).hasSize(3);
        new ClusterHealth(store).awaitAllHealthy(3, PATIENCE);
    }

    @Test
    void aWatchDeliversEachWriteBeforeTheNextIsMade() {
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        try (StoreWatch watch =
                store.watch(Set.of(WatchTopic.STATUS), store.snapshot().revision() + 1, events::add)) {
            for (int i = 0; i < 100; i++) {
                int count = i;
                store.putStatus(0, UpdateStatus.running("1", i));
                await().atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> events.size() > count);
            }
        }

        assertThat(events)
                .extracting(
                        event -> ((StoreEvent.StatusReported) event).status().step())
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
        assertThat(events).extracting(StoreEvent::revision).isSorted().doesNotHaveDuplicates();
    }
}
