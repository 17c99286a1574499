package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.neco.store.testing.EtcdCluster;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The schema's reads and writes on a real member. */
class EtcdStoreIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final UpdateRequest REQUEST = new UpdateRequest(
            "2022.05.25-1", List.of(0, 1, 2), false, OffsetDateTime.parse("2026-11-24T15:42:38.75665842Z"));

    private EtcdConfig config;
    private EtcdStore store;

    @BeforeEach
    void open() {
        config = ETCD.config();
        store = EtcdStore.open(config);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private LeaderKey guard() {
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
        return LeaderKey.SETUP;
    }

    @Test
    void snapshotOfAnEmptyStoreHasARevisionAndNothingElse() {
        Snapshot snapshot = store.snapshot();

        assertThat(snapshot.revision()).isPositive();
        assertThat(snapshot).isEqualTo(new Snapshot(snapshot.revision(), Optional.empty(), Map.of(), "", List.of()));
    }

    @Test
    void snapshotHasEverythingWritten() {
        LeaderKey guard = guard();
        store.putRequest(REQUEST, guard);
        store.putNecoRelease("2022.05.26-2", guard);
        List.of(0, 1, 2, 10).forEach(store::registerBootServer);
        store.putStatus(1, UpdateStatus.aborted("2022.05.25-1", 5, "other boot server failed to update: 0"));

        Snapshot snapshot = store.snapshot();

        assertThat(snapshot.request()).contains(REQUEST);
        assertThat(snapshot.latest()).isEqualTo("2022.05.26-2");
        assertThat(snapshot.servers()).containsExactly(0, 1, 10, 2);
        assertThat(snapshot.statuses())
                .isEqualTo(Map.of(1, UpdateStatus.aborted("2022.05.25-1", 5, "other boot server failed to update: 0")));
    }

    @Test
    void guardedWritesAreRefusedWithoutTheGuard() {
        LeaderKey absent = new LeaderKey("leader/updater//1");

        assertThatThrownBy(() -> store.putRequest(REQUEST, absent))
                .isInstanceOf(LostLeadershipException.class)
                .hasMessage("lost leadership");
        assertThatThrownBy(() -> store.putReconfigureRequest(REQUEST, absent))
                .isInstanceOf(LostLeadershipException.class);
        assertThatThrownBy(() -> store.putNecoRelease("1", absent)).isInstanceOf(LostLeadershipException.class);
        assertThatThrownBy(() -> store.putContentsStatus(ContentsKey.CKE, new ContentsUpdateStatus("1", true), absent))
                .isInstanceOf(LostLeadershipException.class);
        assertThat(store.snapshot().request()).isEmpty();
    }

    @Test
    void reconfigureWritesTheRequestAndDeletesAllReports() {
        LeaderKey guard = guard();
        store.putStatus(0, UpdateStatus.running("2022.05.25-1", 1));

        store.putReconfigureRequest(REQUEST, guard);

        assertThat(store.statuses()).isEmpty();
        assertThat(store.currentRequest().request()).contains(REQUEST);
    }

    @Test
    void whatPeopleAreToldIsWrittenWithTheRequestOrNotAtAll() {
        LeaderKey guard = guard();
        UpdateNotice begun = UpdateNotice.owed(UpdateNotice.Kind.BEGUN, REQUEST, "start <1>");
        UpdateNotice failed = UpdateNotice.owed(UpdateNotice.Kind.FAILED, REQUEST.stopped(), "disk full");
        assertThatThrownBy(() -> store.putRequest(REQUEST, true, List.of(begun), new LeaderKey("leader/updater//1")))
                .isInstanceOf(LostLeadershipException.class);
        assertThat(store.notices()).isEmpty();

        store.putRequest(REQUEST, false, List.of(begun), guard);
        store.putRequest(REQUEST.stopped(), false, List.of(failed), guard);
        assertThat(store.notices()).containsExactly(begun, failed);

        store.changeNotices(List.of(failed.told()), List.of(begun), guard);
        store.clearStatusAndContents();
        assertThat(store.notices()).containsExactly(failed.told());
        assertThatThrownBy(() -> store.changeNotices(List.of(), List.of(failed), new LeaderKey("leader/updater//1")))
                .isInstanceOf(LostLeadershipException.class);
    }

    @Test
    void whatPeopleCannotBeToldIsDeletedByTheLeader() {
        LeaderKey guard = guard();
        UpdateNotice begun = UpdateNotice.owed(UpdateNotice.Kind.BEGUN, REQUEST, "start <1>");
        store.putRequest(REQUEST, false, List.of(begun), guard);
        ETCD.put(config, "notices/x/end", "{garbage");
        assertThat(store.notices()).containsExactly(begun);

        assertThatThrownBy(() -> store.deleteMalformedNotices(new LeaderKey("leader/updater//1")))
                .isInstanceOf(LostLeadershipException.class);
        store.deleteMalformedNotices(guard);
        long revision = store.revision();
        store.deleteMalformedNotices(guard);

        assertThat(store.revision()).as("there is nothing more to delete").isEqualTo(revision);
        assertThat(store.range(KeyRange.under("notices/")).entries()).hasSize(1);
        assertThat(store.notices()).containsExactly(begun);
    }

    @Test
    void aReportIsWrittenOnlyWhileItsRequestStands() {
        LeaderKey guard = guard();
        UpdateStatus first = UpdateStatus.running("2022.05.25-1", 1);
        UpdateStatus second = UpdateStatus.running("2022.05.25-1", 2);
        assertThat(store.putStatus(0, first, store.revision())).as("no request").isFalse();
        store.putRequest(REQUEST, guard);
        long known = store.revision();

        assertThat(store.putStatus(0, first, known)).isTrue();
        assertThat(store.putStatus(0, second, known))
                .as("other keys may change")
                .isTrue();
        store.putReconfigureRequest(REQUEST, guard);
        assertThat(store.putStatus(0, second, known)).as("another request").isFalse();
        assertThat(store.statuses()).isEmpty();
        assertThat(store.putStatus(0, first, store.revision())).isTrue();
        store.putRequest(REQUEST.stopped(), guard);
        long stopped = store.revision();
        store.clearStatusAndContents();
        assertThat(store.putStatus(0, first, stopped)).as("no request any more").isFalse();
        assertThat(store.statuses()).isEmpty();
    }

    @Test
    void clearNeedsAStoppedRequestAndDeletesStatusAndContents() {
        assertThatThrownBy(store::clearStatusAndContents).isInstanceOf(NotFoundException.class);
        LeaderKey guard = guard();
        store.putRequest(REQUEST, guard);
        assertThatThrownBy(store::clearStatusAndContents).isInstanceOf(NotStoppedException.class);
        store.putRequest(REQUEST.stopped(), guard);
        store.putStatus(0, UpdateStatus.running("2022.05.25-1", 1));
        store.putContentsStatus(ContentsKey.SABAKAN, new ContentsUpdateStatus("2022.05.25-1", false), guard);

        store.clearStatusAndContents();

        assertThat(store.currentRequest().request()).isEmpty();
        assertThat(store.statuses()).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
    }

    @Test
    void aStoppedRequestIsReplacedAtOnceWithReportsFailuresAndTheLeadersKey() throws InterruptedException {
        Duration life = Duration.ofSeconds(60);
        Leadership updater = store.campaign(ElectionName.UPDATER, "boot-0", life, Duration.ofSeconds(10));
        store.putRequest(REQUEST.stopped(), updater.key());
        store.putStatus(0, UpdateStatus.aborted("2022.05.25-1", 14, "no answer"));
        ContentsUpdateStatus done = new ContentsUpdateStatus("2022.05.25-1", true);
        store.putContentsStatus(ContentsKey.CKE, done, updater.key());
        store.putContentsStatus(ContentsKey.SABAKAN, new ContentsUpdateStatus("2022.05.25-1", false), updater.key());
        UpdateRequest again = new UpdateRequest(
                REQUEST.version(), REQUEST.servers(), false, REQUEST.startedAt().plusHours(1));
        long known = store.revision();

        assertThat(store.replaceRequest(again, known)).isTrue();

        assertThat(store.currentRequest().request()).contains(again);
        assertThat(store.statuses()).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
        assertThat(store.contentsStatus(ContentsKey.CKE)).contains(done);
        assertThatThrownBy(() -> store.putRequest(REQUEST.stopped(), updater.key()))
                .as("what the leader has on its way")
                .isInstanceOf(LostLeadershipException.class);
        assertThat(store.replaceRequest(again, known)).as("changed since").isFalse();
        await("the leader to be told")
                .until(() -> updater.lost().toCompletableFuture().isDone());
        updater.close();
    }

    @Test
    void aRequestThatIsGoneIsNotReplaced() {
        assertThat(store.replaceRequest(REQUEST, store.revision())).isFalse();

        assertThat(store.currentRequest().request()).isEmpty();
    }

    @Test
    void leavingRackOneKeepsTheInstallRecordsOfRackTen() {
        store.registerBootServer(1);
        store.recordContainerTag(1, "etcd", "3.5.4.1");
        store.recordDebRelease(1, "etcdpasswd", "v1.4.0");
        store.recordContainerTag(10, "etcd", "3.5.4.1");

        store.deleteBootServer(1);

        assertThat(store.installed(1).containerTag("etcd")).isEmpty();
        assertThat(store.installed(1).debRelease("etcdpasswd")).isEmpty();
        assertThat(store.installed(10).containerTag("etcd")).contains("3.5.4.1");
        assertThatThrownBy(() -> store.deleteBootServer(1)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void finishedComparesForEquality() {
        assertThat(store.finished(0)).isEmpty();
        store.finish(0, 0);
        store.finish(1, 1);
        assertThat(store.finished(1)).containsExactly(1);
        store.finish(0, 1);
        assertThat(store.finished(1)).containsExactly(0, 1);
        assertThat(store.finished(0)).isEmpty();
    }

    @Test
    void settingsHaveTheirDefaults() {
        assertThat(store.environment()).isEqualTo("none");
        assertThat(store.checkUpdateInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(store.workerTimeout()).isEqualTo(Duration.ofMinutes(60));
        assertThat(store.config(ConfigKey.PROXY)).isEmpty();

        store.putConfig(ConfigKey.ENV, "prod");
        store.putConfig(ConfigKey.WORKER_TIMEOUT, "3000000000");

        assertThat(store.environment()).isEqualTo("prod");
        assertThat(store.workerTimeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void secretsAndWeightsAreStoredAndDeleted() {
        store.putSecret(SecretKey.VAULT_ROOT_TOKEN, "token");
        assertThat(store.secret(SecretKey.VAULT_ROOT_TOKEN)).contains("token");
        store.deleteSecret(SecretKey.VAULT_ROOT_TOKEN);
        store.deleteSecret(SecretKey.VAULT_ROOT_TOKEN);
        assertThat(store.secret(SecretKey.VAULT_ROOT_TOKEN)).isEmpty();

        assertThat(store.ckeWeights()).isEmpty();
        store.putCkeWeights(new TreeMap<>(Map.of("ss", 1.0, "cs", 18.5)));
        assertThat(store.ckeWeights()).contains(new TreeMap<>(Map.of("cs", 18.5, "ss", 1.0)));

        store.putSshPublicKey("ssh-rsa AAAA\n");
        assertThat(store.sshPublicKey()).contains("ssh-rsa AAAA\n");
    }

    @Test
    void watchDeliversWhatHappenedSinceTheSnapshotInOrder() {
        Queue<StoreEvent> events = new ConcurrentLinkedQueue<>();
        LeaderKey guard = guard();
        long revision = store.snapshot().revision();
        store.putRequest(REQUEST, guard);

        try (StoreWatch watch = store.watch(Set.of(WatchTopic.STATUS, WatchTopic.CONFIG), revision + 1, events::add)) {
            store.putStatus(2, UpdateStatus.running("2022.05.25-1", 1));
            store.putConfig(ConfigKey.ENV, "test");
            store.registerBootServer(7);

            await().atMost(Duration.ofSeconds(5)).until(() -> events.size() >= 3);
        }
        assertThat(events)
                .containsExactly(
                        new StoreEvent.RequestChanged(revision + 1, Optional.of(REQUEST)),
                        new StoreEvent.StatusReported(revision + 2, 2, UpdateStatus.running("2022.05.25-1", 1)),
                        new StoreEvent.ConfigChanged(revision + 3, "config/env"));
    }

    @Test
    void watchTellsWhichReportsAreGone() {
        Queue<StoreEvent> events = new ConcurrentLinkedQueue<>();
        LeaderKey guard = guard();
        store.putRequest(REQUEST, guard);
        store.putStatus(2, UpdateStatus.running("2022.05.25-1", 1));
        long revision = store.snapshot().revision();

        try (StoreWatch watch = store.watch(Set.of(WatchTopic.STATUS), revision + 1, events::add)) {
            store.putReconfigureRequest(REQUEST, guard);

            await().atMost(Duration.ofSeconds(5)).until(() -> events.size() >= 2);
        }
        assertThat(events)
                .containsExactlyInAnyOrder(
                        new StoreEvent.RequestChanged(revision + 1, Optional.of(REQUEST)),
                        new StoreEvent.StatusDeleted(revision + 1, "status/bootservers/2"));
    }

    @Test
    void campaignGivesAGuardUntilItIsClosed() throws InterruptedException {
        LeaderKey key;
        try (Leadership leadership =
                store.campaign(ElectionName.UPDATER, "boot-0", Duration.ofSeconds(10), Duration.ofSeconds(5))) {
            key = leadership.key();
            assertThat(key.key()).isEqualTo("leader/updater//" + Long.toHexString(leadership.leaseId()));
            store.putRequest(REQUEST, key);
        }
        assertThatThrownBy(() -> store.putRequest(REQUEST, key)).isInstanceOf(LostLeadershipException.class);
    }
}
