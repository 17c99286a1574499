package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker in the middle of an update. */
class WorkerStateUpdatingTest extends ImaginedWorker {
    @Test
    void walksTheStepsAndReportsCompletion() {
        begin();
        report(3, UpdateStatus.running("1.0.0", 1));
        report(1, UpdateStatus.running("1.0.0", 1));
        assertThat(steps()).containsExactly(1);
        succeed(1);
        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 2));
        assertThat(steps()).containsExactly(1);

        report(1, UpdateStatus.running("1.0.0", 2));
        assertThat(steps()).containsExactly(1, 2);
        succeed(2);
        assertThat(own()).isEqualTo(UpdateStatus.completed("1.0.0", 2));
        assertThat(all(Effect.RestartEtcd.class)).isEmpty();
        report(1, UpdateStatus.completed("1.0.0", 2));

        assertThat(all(Effect.RestartEtcd.class)).hasSize(1);
        assertThat(all(Effect.Tell.class))
                .extracting(Effect.Tell::message)
                .contains("update starts", "ignoring unexpected boot server", "update status as completed");
    }

    @Test
    void knowsTheRequestUpToTheLastReportHeard() {
        begin();

        report(1, UpdateStatus.running("1.0.0", 1));

        assertThat(state.known()).isEqualTo(revision);
    }

    @Test
    void reportsOnlyAboutTheRequestItWorksOnWhenThatHasChangedDuringAStep() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        long known = state.known();
        put(request.orElseThrow().stopped());
        put(null);
        put(request(List.of(0, 1), "1.0.0"));
        report(1, UpdateStatus.running("1.0.0", 1));

        assertThat(state.seen()).isEqualTo(revision);
        assertThat(state.known()).isEqualTo(known);
    }

    @Test
    void takesANewerRequestUpAtOnceWhileItWaitsForOthersToComplete() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        succeed(1);
        report(1, UpdateStatus.running("1.0.0", 2));
        succeed(2);
        put(request.orElseThrow().stopped());
        statuses.clear();
        put(null);

        request("1.0.0", 0, 1);

        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 1));
        assertThat(all(Effect.RestartEtcd.class)).isEmpty();
    }

    @Test
    void takesOverWhatItMissedWhileAViewWasMalformed() {
        begin();
        statuses.put(1, UpdateStatus.running("1.0.0", 1));
        isMalformed = true;
        feed(new WorkerEvent.Missed());
        assertThat(steps()).isEmpty();

        isMalformed = false;
        feed(new WorkerEvent.StatusDeleted(++revision));

        assertThat(steps()).containsExactly(1);
    }

    @Test
    void goesOnToANewerRequestAfterTheEtcdRestart() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        succeed(1);
        report(1, UpdateStatus.running("1.0.0", 2));
        succeed(2);
        report(1, UpdateStatus.completed("1.0.0", 2));
        request("1.1.0", 0, 1);
        assertThat(all(Effect.Install.class)).isEmpty();

        feed(new WorkerEvent.EtcdRestartEnded());

        assertThat(all(Effect.Install.class)).hasSize(1);
        assertThat(journal).map(JournalEntry::phase).contains(JournalEntry.Phase.INSTALL);
    }

    @Test
    void hearsWhatHappenedDuringItsStepAfterwards() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        // 1 is faster and already waits for step 2
        report(1, UpdateStatus.running("1.0.0", 2));
        assertThat(steps()).containsExactly(1);

        succeed(1);

        assertThat(steps()).containsExactly(1, 2);
    }

    @Test
    void leavesAStoppedUpdateWithoutChangingItsReport() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        put(request.orElseThrow().stopped());
        assertThat(all(Effect.CancelWork.class)).hasSize(1);

        succeed(1);

        assertThat(own().condition()).isEqualTo(UpdateCondition.RUNNING);
        assertThat(steps()).containsExactly(1);
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
    }

    @Test
    void aStepThatWasCancelledByAStopIsNoFailure() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        put(request.orElseThrow().stopped());

        feed(new WorkerEvent.StepEnded(1, new Outcome.Cancelled()));

        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 1));
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
    }

    @Test
    void abortsOnAnotherRequest() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        succeed(1);

        request("1.1.0", 0, 1);

        assertThat(own()).isEqualTo(UpdateStatus.aborted("1.0.0", 2, "unexpected request"));
    }

    @Test
    void abortsOnAnotherVersion() {
        begin();

        report(1, UpdateStatus.running("1.1.0", 1));

        assertThat(own()).isEqualTo(UpdateStatus.aborted("1.0.0", 1, "unexpected version in worker status: 1.1.0"));
    }

    @Test
    void abortsOnAnotherStep() {
        begin();

        report(1, UpdateStatus.running("1.0.0", 3));

        assertThat(own()).isEqualTo(UpdateStatus.aborted("1.0.0", 1, "unexpected step in worker status: 3"));
    }

    @Test
    void abortsWhenAnotherServerAborted() {
        begin();

        report(1, UpdateStatus.aborted("1.0.0", 1, "disk full"));

        assertThat(own())
                .isEqualTo(UpdateStatus.aborted("1.0.0", 1, "other boot server failed to update: 1: disk full"));
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.ABORTED));
    }

    @Test
    void abortsWhenAnotherServerCompletesTooEarly() {
        begin();

        report(1, UpdateStatus.completed("1.0.0", 1));

        assertThat(own()).isEqualTo(UpdateStatus.aborted("1.0.0", 1, "other boot server reports completion: 1"));
    }

    @Test
    void checksTheVersionBeforeTheConditionAndTheConditionBeforeTheStep() {
        begin();

        report(1, UpdateStatus.aborted("1.0.0", 3, ""));

        assertThat(own().message()).isEqualTo("other boot server failed to update: 1");
    }

    @Test
    void abortsWhenItsStepFails() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        succeed(1);
        report(1, UpdateStatus.running("1.0.0", 2));

        feed(new WorkerEvent.StepEnded(2, new Outcome.Failed("no space left")));

        assertThat(own()).isEqualTo(UpdateStatus.aborted("1.0.0", 2, "no space left"));
        assertThat(reports().filter(s -> s.condition() == UpdateCondition.ABORTED))
                .hasSize(1);
    }

    @Test
    void finishesItsStepWhenAnotherServerAbortsAndThenAborts() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        report(1, UpdateStatus.aborted("1.0.0", 1, "disk full"));
        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 1));
        assertThat(all(Effect.CancelWork.class)).hasSize(1);

        succeed(1);

        assertThat(reports())
                .containsExactly(
                        UpdateStatus.running("1.0.0", 1),
                        UpdateStatus.running("1.0.0", 2),
                        UpdateStatus.aborted("1.0.0", 2, "other boot server failed to update: 1: disk full"));
    }

    @Test
    void abortsOnAMalformedReport() {
        begin();

        feed(new WorkerEvent.Malformed(++revision, "status/bootservers/1 holds \"x\""));

        assertThat(own().message()).isEqualTo("status/bootservers/1 holds \"x\"");
    }

    @Test
    void ignoresEventsThatAreDeliveredAgainAndReportsThatAreRepeated() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        succeed(1);
        WorkerState before = state;

        feed(new WorkerEvent.StatusReported(revision - 1, 1, UpdateStatus.running("1.0.0", 1)));
        assertThat(state).isEqualTo(before);
        report(1, UpdateStatus.running("1.0.0", 1));

        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 2));
        assertThat(state.phase()).isEqualTo(before.phase());
    }

    @Test
    void catchesUpByAViewWhenEventsWereLost() {
        begin();
        statuses.put(1, UpdateStatus.running("1.0.0", 1));
        revision += 10;

        feed(new WorkerEvent.Missed());

        assertThat(steps()).containsExactly(1);
    }

    @Test
    void findsOutByAViewThatTheRequestWasStopped() {
        begin();
        request = request.map(UpdateRequest::stopped);
        revision++;

        feed(new WorkerEvent.Missed());

        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
    }

    @Test
    void findsOutByAViewWhyTheRequestWasStopped() {
        begin();
        statuses.put(1, UpdateStatus.aborted("1.0.0", 1, "disk full"));
        request = request.map(UpdateRequest::stopped);
        revision += 2;

        feed(new WorkerEvent.Missed());

        assertThat(own())
                .isEqualTo(UpdateStatus.aborted("1.0.0", 1, "other boot server failed to update: 1: disk full"));
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
    }

    @Test
    void findsOutByAViewDuringItsStepWhyTheRequestWasStopped() {
        begin();
        report(1, UpdateStatus.running("1.0.0", 1));
        statuses.put(1, UpdateStatus.aborted("1.0.0", 1, "disk full"));
        request = request.map(UpdateRequest::stopped);
        revision += 2;

        feed(new WorkerEvent.Missed());
        feed(new WorkerEvent.StepEnded(1, new Outcome.Cancelled()));

        assertThat(own())
                .isEqualTo(UpdateStatus.aborted("1.0.0", 1, "other boot server failed to update: 1: disk full"));
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
    }
}
