package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A worker that was restarted in an update. */
class WorkerStateRestartedTest extends ImaginedWorker {
    @Test
    void goesOnWithItsStepAndDoesNotRepeatItsReport() {
        beginAt(2);

        start();

        assertThat(reports()).isEmpty();
        assertThat(steps()).isEmpty();
        report(1, UpdateStatus.running("1.0.0", 2));
        assertThat(steps()).containsExactly(2);
    }

    @Test
    void goesOnAtOnceWhenTheBarrierHasOpened() {
        beginAt(2);
        statuses.put(1, UpdateStatus.running("1.0.0", 2));

        start();

        assertThat(steps()).containsExactly(2);
    }

    @Test
    void goesOnBehindServersThatAreAStepFurther() {
        beginAt(1);
        statuses.put(1, UpdateStatus.running("1.0.0", 2));

        start();
        assertThat(steps()).containsExactly(1);
        succeed(1);

        assertThat(steps()).containsExactly(1, 2);
    }

    @Test
    void goesOnBehindServersThatHaveCompleted() {
        beginAt(2);
        statuses.put(1, UpdateStatus.completed("1.0.0", 2));

        start();
        assertThat(steps()).containsExactly(2);
        succeed(2);

        assertThat(all(Effect.RestartEtcd.class)).hasSize(1);
    }

    @Test
    void reportsTheStepOfItsJournalWhenTheReportDidNotGetThrough() {
        beginAt(2);
        statuses.put(0, UpdateStatus.running("1.0.0", 1));
        statuses.put(1, UpdateStatus.running("1.0.0", 2));

        start();

        assertThat(reports()).containsExactly(UpdateStatus.running("1.0.0", 2));
        assertThat(steps()).containsExactly(2);
    }

    @Test
    void believesTheReportWhenTheJournalIsAStepBehind() {
        beginAt(1);
        statuses.put(0, UpdateStatus.running("1.0.0", 2));
        statuses.put(1, UpdateStatus.running("1.0.0", 2));

        start();

        assertThat(reports()).isEmpty();
        assertThat(steps()).containsExactly(2);
    }

    @Test
    void abortsWithoutAJournalAndSaysWhatToDo() {
        beginAt(2);
        journal = Optional.empty();

        start();

        assertThat(own().condition()).isEqualTo(UpdateCondition.ABORTED);
        assertThat(own().step()).isEqualTo(2);
        assertThat(own().message()).contains("restarted in step 2").contains("neco recover");
    }

    @Test
    void abortsWhenTheJournalIsOfAnotherRequestForTheSameVersion() {
        beginAt(2);
        request = Optional.of(new UpdateRequest("1.0.0", List.of(0, 1), false, BEGIN.plusHours(1)));

        start();

        assertThat(own().condition()).isEqualTo(UpdateCondition.ABORTED);
    }

    @Test
    void abortsWhenSomebodyElseDid() {
        beginAt(2);
        statuses.put(1, UpdateStatus.aborted("1.0.0", 2, "disk full"));

        start();

        assertThat(own())
                .isEqualTo(UpdateStatus.aborted("1.0.0", 2, "other boot server failed to update: 1: disk full"));
    }

    @Test
    void givesUpAfterTooManyRestartsInOneStep() {
        beginAt(2);
        for (int i = 0; i < JournalEntry.MAX_RESUMES; i++) {
            start();
            assertThat(own().condition()).isEqualTo(UpdateCondition.RUNNING);
        }

        start();

        assertThat(own().condition()).isEqualTo(UpdateCondition.ABORTED);
        assertThat(own().message()).contains("restarted 4 times in step 2");
    }

    @Test
    void restartsItsEtcdWhenItWasKilledBeforeIt() {
        beginAt(2);
        journal = journal.map(
                e -> new JournalEntry(e.version(), e.startedAt(), e.step(), JournalEntry.Phase.ETCD_RESTART, 0));
        statuses.put(0, UpdateStatus.completed("1.0.0", 2));
        statuses.put(1, UpdateStatus.completed("1.0.0", 2));

        start();

        assertThat(all(Effect.RestartEtcd.class)).hasSize(1);
        assertThat(reports()).isEmpty();
    }

    @Test
    void restartsItsEtcdAlsoWhenTheRequestWasStoppedMeanwhile() {
        beginAt(2);
        statuses.put(0, UpdateStatus.completed("1.0.0", 2));
        statuses.put(1, UpdateStatus.aborted("1.0.0", 2, ""));
        request = request.map(UpdateRequest::stopped);

        start();

        assertThat(all(Effect.RestartEtcd.class)).hasSize(1);
    }

    @Test
    void reportsCompletionWhenItWasKilledBeforeIt() {
        beginAt(2);
        journal = journal.map(
                e -> new JournalEntry(e.version(), e.startedAt(), e.step(), JournalEntry.Phase.ETCD_RESTART, 0));

        start();

        assertThat(reports()).containsExactly(UpdateStatus.completed("1.0.0", 2));
    }

    @Test
    void doesNotOverwriteItsCompletionBecauseOthersAreStillRunning() {
        request = Optional.of(request(List.of(0, 1), "1.0.0"));
        statuses.put(0, UpdateStatus.completed("1.0.0", 2));
        statuses.put(1, UpdateStatus.running("1.0.0", 2));

        start();

        assertThat(reports()).isEmpty();
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.COMPLETED));
    }

    @Test
    void takesServersInStepOneForWaiting() {
        request = Optional.of(request(List.of(0, 1), "1.0.0"));
        statuses.put(1, UpdateStatus.running("1.0.0", 1));

        start();

        assertThat(reports()).containsExactly(UpdateStatus.running("1.0.0", 1));
        assertThat(steps()).containsExactly(1);
    }

    @Test
    void takesServersInLaterStepsForAnInterruptedUpdate() {
        request = Optional.of(request(List.of(0, 1), "1.0.0"));
        statuses.put(1, UpdateStatus.running("1.0.0", 2));

        start();

        assertThat(reports()).isEmpty();
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.ABORTED));
    }

    private void beginAt(int step) {
        request = Optional.of(request(List.of(0, 1), "1.0.0"));
        statuses.put(0, UpdateStatus.running("1.0.0", step));
        statuses.put(1, UpdateStatus.running("1.0.0", 1));
        journal = Optional.of(JournalEntry.of(request.get(), step, JournalEntry.Phase.STEP, 0));
    }
}
