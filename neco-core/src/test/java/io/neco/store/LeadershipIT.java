package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.EtcdPki;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Elections between real candidates, Go's among them, on three members. */
class LeadershipIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three().withTls();

    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration SHORT_TTL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService others = Executors.newCachedThreadPool();
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
        others.shutdownNow();
        ETCD.heal();
        store.close();
    }

    private Leadership lead(String value, Duration ttl) throws InterruptedException {
        return store.campaign(ElectionName.UPDATER, value, ttl, PATIENCE);
    }

    private List<KeyValue> candidates() {
        ByteString all = ByteString.copyFromUtf8(config.prefix() + "leader/updater/");
        return store.connection()
                .repeatable(
                        "list candidates",
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(all)
                                .setRangeEnd(EtcdKeys.prefixEnd(all))
                                .setSortTarget(RangeRequest.SortTarget.CREATE)
                                .setSortOrder(RangeRequest.SortOrder.ASCEND)
                                .build())
                .getKvsList();
    }

    private void awaitCandidates(int count) {
        await(count + " candidates")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> candidates().size() == count);
    }

    private static boolean isDone(Leadership leadership) {
        return leadership.lost().toCompletableFuture().isDone();
    }

    @Test
    void theKeyIsWhatGoProgramsExpect() throws InterruptedException {
        try (Leadership leadership = lead("boot-1", TTL)) {
            KeyValue key = candidates().get(0);

            assertThat(key.getKey().toStringUtf8())
                    .isEqualTo(config.prefix() + "leader/updater//" + Long.toHexString(leadership.leaseId()));
            assertThat(key.getValue().toStringUtf8()).isEqualTo("boot-1");
            assertThat(key.getLease()).isEqualTo(leadership.leaseId());
            assertThat(leadership.isHeld()).isTrue();
        }
        assertThat(candidates()).isEmpty();
    }

    @Test
    void aGoCandidateWaitsForUsAndWeForIt() throws Exception {
        Process go;
        Future<Leadership> next;
        try (Leadership leadership = lead("java", TTL)) {
            go = etcdctlElect("go");
            awaitCandidates(2);
            next = others.submit(() -> lead("java again", TTL));
            awaitCandidates(3);
            assertThatThrownBy(() -> next.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        }
        await("the Go candidate leads")
                .atMost(PATIENCE)
                .until(() -> candidates().get(0).getValue().toStringUtf8().equals("go"));
        assertThatThrownBy(() -> next.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        go.destroy();

        next.get(20, TimeUnit.SECONDS).close();
        assertThat(go.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private Process etcdctlElect(String value) throws IOException {
        Path certificate = ETCD.pki().client("neco");
        ProcessBuilder builder = new ProcessBuilder(
                "etcdctl",
                "--endpoints=" + String.join(",", ETCD.endpoints()),
                "--cacert=" + ETCD.pki().serverCaFile(),
                "--cert=" + certificate,
                "--key=" + EtcdPki.key(certificate),
                "elect",
                config.prefix() + ElectionName.UPDATER.prefix(),
                value);
        builder.environment().put("ETCDCTL_API", "3");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void leadershipPassesToTheOneThatWaitsWheneverItIsGivenUp() throws Exception {
        Leadership leader = lead("0", TTL);
        for (int i = 1; i <= 50; i++) {
            String value = Integer.toString(i);
            Future<Leadership> next = others.submit(() -> lead(value, TTL));
            awaitCandidates(2);
            assertThat(next.isDone()).as("elected beside the leader").isFalse();
            long before = leader.leaseId();

            leader.close();

            leader = next.get(20, TimeUnit.SECONDS);
            assertThat(leader.leaseId()).isNotEqualTo(before);
            assertThat(candidates())
                    .singleElement()
                    .satisfies(kv -> assertThat(kv.getValue().toStringUtf8()).isEqualTo(value));
        }
        leader.close();
    }

    @Test
    void onlyOneLeadsWhileMembersAreKilled() throws Exception {
        AtomicInteger leading = new AtomicInteger();
        AtomicInteger terms = new AtomicInteger();
        List<Future<?>> candidates = new ArrayList<>();
        CompletableFuture<Void> enough = new CompletableFuture<>();
        for (int i = 0; i < 3; i++) {
            String value = Integer.toString(i);
            candidates.add(others.submit(() -> {
                try (EtcdStore own = EtcdStore.open(config)) {
                    while (!enough.isDone()) {
                        try (Leadership won = own.campaign(ElectionName.UPDATER, value, TTL, PATIENCE)) {
                            assertThat(leading.incrementAndGet()).as("leaders").isEqualTo(1);
                            try {
                                workAs(own, won);
                            } finally {
                                leading.decrementAndGet();
                            }
                            terms.incrementAndGet();
                        } catch (StoreException e) {
                            // a write with an unknown outcome; the next candidacy stands behind its key until that
                            // expires
                            assertThat(e).hasMessageContaining("etcd");
                        }
                    }
                }
                return null;
            }));
        }
        for (int member = 0; member < 3; member++) {
            int before = terms.get();
            ETCD.kill(member);
            await().atMost(PATIENCE).until(() -> terms.get() > before + 5);
            ETCD.heal();
        }
        enough.complete(null);
        for (Future<?> candidate : candidates) {
            candidate.get(20, TimeUnit.SECONDS);
        }
    }

    /** Takes a moment, in which a second leader would be seen by its count or by what it writes. */
    private static void workAs(EtcdStore own, Leadership won) {
        String mine = Long.toHexString(won.leaseId());
        own.putNecoRelease(mine, won.key());
        assertThat(own.necoRelease()).as("what the only leader has written").isEqualTo(mine);
    }

    @Test
    void aHolderThatDiesIsFollowedWhenItsLeaseHasExpired() throws Exception {
        EtcdStore dying = EtcdStore.open(config);
        Leadership lost = dying.campaign(ElectionName.UPDATER, "dying", SHORT_TTL, PATIENCE);
        dying.close(); // revokes nothing

        try (Leadership next = lead("next", TTL)) {
            assertThat(secondsToLive(lost.leaseId()))
                    .as("etcd knows no such lease")
                    .isEqualTo(-1);
            assertThat(candidates())
                    .singleElement()
                    .satisfies(kv -> assertThat(kv.getLease()).isEqualTo(next.leaseId()));
        }
        await("the dead holder knows").atMost(PATIENCE).until(() -> isDone(lost));
    }

    private long secondsToLive(long lease) {
        return store.connection()
                .repeatable(
                        "look at a lease",
                        LeaseGrpc.getLeaseTimeToLiveMethod(),
                        LeaseTimeToLiveRequest.newBuilder().setID(lease).build())
                .getTTL();
    }

    @Test
    void lostIsToldWhenTheLeaseIsRevoked() throws InterruptedException {
        try (Leadership leadership = lead("0", TTL)) {
            store.connection()
                    .write(
                            "revoke",
                            LeaseGrpc.getLeaseRevokeMethod(),
                            LeaseRevokeRequest.newBuilder()
                                    .setID(leadership.leaseId())
                                    .build());
            await().atMost(Duration.ofSeconds(2)).until(() -> isDone(leadership));
            assertThat(leadership.isHeld()).isFalse();
        }
    }

    /** As it is after a virtual machine was suspended, its clock with it: nothing here knows of the time that has passed. */
    @Test
    void aLeadershipThatIsLostIsNotConfirmedBeforeAnybodyWasTold() throws InterruptedException {
        try (Leadership leadership = lead("0", TTL)) {
            assertThat(leadership.confirm()).isTrue();
            store.connection()
                    .write(
                            "revoke",
                            LeaseGrpc.getLeaseRevokeMethod(),
                            LeaseRevokeRequest.newBuilder()
                                    .setID(leadership.leaseId())
                                    .build());

            assertThat(leadership.confirm()).isFalse();

            assertThat(isDone(leadership)).isTrue();
        }
    }

    @Test
    void aLeadershipThatWasGivenUpIsNotConfirmed() throws InterruptedException {
        Leadership leadership = lead("0", TTL);
        leadership.close();

        assertThat(leadership.confirm()).isFalse();
    }

    @Test
    void lostIsToldWhenTheKeyIsDeleted() throws InterruptedException {
        try (Leadership leadership = lead("0", TTL)) {
            store.connection()
                    .write(
                            "delete",
                            KVGrpc.getDeleteRangeMethod(),
                            io.etcd.jetcd.api.DeleteRangeRequest.newBuilder()
                                    .setKey(ByteString.copyFromUtf8(
                                            config.prefix() + leadership.key().key()))
                                    .build());
            await().atMost(Duration.ofSeconds(2)).until(() -> isDone(leadership));
        }
    }

    @Test
    void lostIsToldWhenNobodyConfirmsTheLease() throws InterruptedException {
        try (Leadership leadership = lead("0", SHORT_TTL)) {
            ETCD.pause(0);
            ETCD.pause(1);
            ETCD.pause(2);
            await().atMost(Duration.ofSeconds(6)).until(() -> isDone(leadership));
            assertThat(leadership.isHeld()).isFalse();
            ETCD.heal();
        }
    }

    @Test
    void lostIsNotToldWhenItIsGivenUp() throws InterruptedException {
        Leadership leadership = lead("0", TTL);
        leadership.close();
        leadership.close();

        assertThat(candidates()).isEmpty();
        assertThat(isDone(leadership)).isFalse();
    }

    @Test
    void leadershipOutlivesTheEtcdLeader() throws InterruptedException {
        try (Leadership leadership = lead("0", Duration.ofSeconds(5))) {
            int leader = ETCD.leader();
            ETCD.kill(leader);
            // a proposal on its way to the dead leader is lost, which only a deadline can tell
            await().atMost(PATIENCE)
                    .pollInSameThread()
                    .ignoreExceptionsInstanceOf(StoreException.class)
                    .until(() -> {
                        store.putNecoRelease("1", leadership.key());
                        return true;
                    });
            ETCD.heal();
            store.putNecoRelease("2", leadership.key());
            assertThat(isDone(leadership)).isFalse();
        }
    }

    @Test
    void givingUpEndsByItsOwnDeadlineWhateverIsDown() throws Exception {
        Timing t = Timing.standard(config.timeout());
        Timing endlessReads = new Timing(
                t.connect(),
                t.attempt(),
                Duration.ofHours(1),
                t.write(),
                t.probe(),
                t.fresh(),
                t.watchIdle(),
                t.watchAnswer(),
                t.watchCheck());
        try (EtcdStore patient = EtcdStore.open(config, endlessReads)) {
            Leadership oneDown = patient.campaign(ElectionName.UPDATER, "0", TTL, PATIENCE);
            ETCD.pause(ETCD.leader());
            // nothing is mended until it has ended
            others.submit(oneDown::close).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            ETCD.heal();

            Leadership allDown = patient.campaign(ElectionName.UPDATER, "0", SHORT_TTL, PATIENCE);
            for (int i = 0; i < 3; i++) {
                ETCD.pause(i);
            }
            others.submit(allDown::close).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(Candidate.RESIGN_WITHIN).isLessThan(Candidate.WITHDRAW_WITHIN);
        assertThat(Candidate.WITHDRAW_WITHIN)
                .as("what Leadership.close() promises")
                .isLessThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aCancelledCandidateRemovesItsKey() throws Exception {
        try (Leadership holder = lead("holder", TTL)) {
            Future<Leadership> waiting = others.submit(() -> lead("waiting", TTL));
            awaitCandidates(2);

            waiting.cancel(true);

            awaitCandidates(1);
            assertThat(candidates().get(0).getValue().toStringUtf8()).isEqualTo("holder");
        }
    }

    @Test
    void anInterruptedCandidateThrowsInterruptedException() throws Exception {
        try (Leadership holder = lead("holder", TTL)) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread candidate = new Thread(
                    () -> {
                        try (Leadership won = lead("waiting", TTL)) {
                            thrown.completeExceptionally(new AssertionError("elected " + won.key()));
                        } catch (InterruptedException | StoreException e) {
                            thrown.complete(e);
                        }
                    },
                    "candidate");
            candidate.start();
            awaitCandidates(2);
            candidate.interrupt();

            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            awaitCandidates(1);
        }
    }

    @Test
    void aCandidateThatIsNotElectedInTimeSaysWhoLeads() throws InterruptedException {
        try (Leadership holder = lead("boot-2", TTL)) {
            assertThatThrownBy(() -> store.campaign(ElectionName.UPDATER, "x", TTL, Duration.ofMillis(300)))
                    .isInstanceOf(StoreTimeoutException.class)
                    .hasMessageContaining(holder.key().key())
                    .hasMessageContaining("boot-2");
            assertThat(candidates()).hasSize(1);
        }
    }

    @Test
    void aCandidateThatWaitsForLongGathersNothing() throws InterruptedException {
        List<KeptLease> leases = new ArrayList<>();
        try (Leadership holder = lead("holder", TTL)) {
            Campaign patient = new Campaign(
                    store.connection(),
                    new EtcdKeys(config.prefix()),
                    ElectionName.UPDATER,
                    "patient",
                    () -> {
                        leases.add(KeptLease.grant(store.connection(), TTL));
                        return leases.get(0);
                    },
                    Duration.ofMillis(1));

            assertThatThrownBy(() -> patient.run(Duration.ofSeconds(1))).isInstanceOf(StoreTimeoutException.class);

            assertThat(holder.isHeld()).isTrue();
            assertThat(leases).hasSize(1);
            assertThat(leases.get(0).lost().getNumberOfDependents()).isEqualTo(1);
        }
    }

    @Test
    void aCandidateWhoseKeyVanishesStandsAgain() throws Exception {
        Future<Leadership> waiting;
        try (Leadership holder = lead("holder", TTL)) {
            waiting = others.submit(() -> lead("waiting", TTL));
            awaitCandidates(2);
            KeyValue own = candidates().stream()
                    .filter(kv -> kv.getValue().toStringUtf8().equals("waiting"))
                    .findFirst()
                    .orElseThrow();
            store.connection()
                    .write(
                            "revoke",
                            LeaseGrpc.getLeaseRevokeMethod(),
                            LeaseRevokeRequest.newBuilder()
                                    .setID(own.getLease())
                                    .build());
            await().atMost(PATIENCE)
                    .until(() -> candidates().stream()
                            .anyMatch(kv ->
                                    kv.getValue().toStringUtf8().equals("waiting") && kv.getLease() != own.getLease()));
        }
        try (Leadership won = waiting.get(20, TimeUnit.SECONDS)) {
            assertThat(candidates()).hasSize(1);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
