package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateStatus;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers that are stopped or killed in the middle of an update, and go on with it. */
class WorkerResumptionIT extends ThreeWorkers {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three();

    WorkerResumptionIT() {
        super(ETCD);
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
    void aWorkerThatIsStoppedInAStepLeavesItsJournalToTheNext() throws Exception {
        startAll();
        hosts.get(0).duties.hold(2);
        request(VERSION);
        Awaitility.await("0 to be in step 2")
                .until(() -> hosts.get(0).duties.steps.contains(2));

        assertThat(hosts.get(0).stop()).isEqualTo(Worker.End.STOPPED);

        assertThat(hosts.get(0).hasJournal()).isTrue();
    }
}
