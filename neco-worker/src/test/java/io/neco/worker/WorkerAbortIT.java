package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.ConfigKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Updates that fail, are stopped or replaced, and how they are begun anew; errors of the program itself. */
class WorkerAbortIT extends ThreeWorkers {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three();

    WorkerAbortIT() {
        super(ETCD);
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
    void takingUpTheSettingsMakesWayForAnUpdateAndForAnInstallationAfterWhoseFailureItIsDoneAgain() {
        hosts.forEach(h -> h.duties.waitsWhenTakingUp = true);
        startAll();
        request(VERSION);
        awaitCondition(UpdateCondition.COMPLETED);

        FakeDuties duties = hosts.get(0).duties;
        duties.waitsWhenTakingUp = true;
        duties.failing = 0;
        int before = duties.takeUps.get();
        store().putConfig(ConfigKey.ENV, "staging");
        Awaitility.await("a change of settings to be taken up").until(() -> duties.takeUps.get() > before);
        request("2.0.0");

        Awaitility.await("the installation to be tried").until(() -> duties.installs.get() > 0);
        Awaitility.await("the settings to be taken up again").until(() -> duties.takeUps.get() > before + 1);
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
    void aFailedInstallationIsReportedOnceAndNotRepeated() {
        startAll();
        hosts.forEach(h -> h.duties.failing = 0);

        request("1.1.0");

        awaitCondition(UpdateCondition.ABORTED);
        assertThat(status(0)).isEqualTo(UpdateStatus.aborted("1.1.0", 1, "no such release: neco@release-1.1.0"));
        assertThat(hosts).allMatch(h -> h.duties.installs.get() == 1);
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
}
