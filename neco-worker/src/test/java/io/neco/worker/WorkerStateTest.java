package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.Outcome;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A worker of version 1.0.0 on boot server 0, with a plan of two steps. */
class WorkerStateTest {
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 1, 2, 3, 0, ZoneOffset.UTC);

    private final Map<Integer, UpdateStatus> statuses = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private Optional<UpdateRequest> request = Optional.empty();
    private Optional<JournalEntry> journal = Optional.empty();
    private long revision = 1;
    private WorkerState state = new WorkerState(new Self(0, "1.0.0", 2), new Phase.Leaving(), 0, 0);

    @Nested
    class WhenIdle {
        @Test
        void installsTheRequestedVersionWhenItIsAnotherOne() {
            start();

            request("1.1.0", 0, 1, 2);

            assertThat(last(Effect.Install.class).request().version()).isEqualTo("1.1.0");
        }

        @Test
        void doesNothingWhenItIsNoMember() {
            start();

            request("1.1.0", 1, 2);

            assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.NOT_A_MEMBER));
            assertThat(all(Effect.Install.class)).isEmpty();
        }

        @Test
        void doesNothingAboutAStoppedRequest() {
            request = Optional.of(request(List.of(0, 1), "1.0.0").stopped());

            start();

            assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
            assertThat(all(Effect.Report.class)).isEmpty();
        }

        @Test
        void takesAnUpdateForAbortedWhenSomebodyGaveUp() {
            statuses.put(0, UpdateStatus.aborted("1.0.0", 1, ""));
            statuses.put(1, UpdateStatus.running("1.0.0", 1));
            start();

            request("1.0.0", 0, 1);

            assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.ABORTED));
            assertThat(all(Effect.RunStep.class)).isEmpty();
            assertThat(all(Effect.Report.class)).isEmpty();
        }

        @Test
        void takesPartAgainAfterTheAbortedUpdateWasCleared() {
            statuses.put(0, UpdateStatus.aborted("1.0.0", 1, ""));
            request = Optional.of(request(List.of(0, 1), "1.0.0"));
            start();
            put(request.orElseThrow().stopped());
            statuses.clear();
            put(null);

            request("1.0.0", 0, 1);
            report(1, UpdateStatus.running("1.0.0", 1));

            assertThat(steps()).containsExactly(1);
        }

        @Test
        void doesNotRepeatACompletedUpdate() {
            statuses.put(0, UpdateStatus.completed("1.0.0", 2));
            statuses.put(1, UpdateStatus.completed("1.0.0", 2));
            start();

            request("1.0.0", 0, 1);

            assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.COMPLETED));
            assertThat(all(Effect.Report.class)).isEmpty();
        }

        @Test
        void waitsWhenWhatIsStoredIsMalformedAndDecidesAnewWhenTheRequestChanges() {
            start();

            feed(new WorkerEvent.ViewMalformed("status/current: …"));
            request("1.1.0", 0, 1, 2);

            assertThat(all(Effect.Install.class)).hasSize(1);
        }
    }

    @Nested
    class WhenUpdating {
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

    @Nested
    class WhenRestarted {
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

    @Nested
    class WhenInstalling {
        @Test
        void leavesAfterTheInstallation() {
            start();
            request("1.1.0", 0, 1);

            feed(new WorkerEvent.InstallEnded(new Outcome.Succeeded()));

            assertThat(all(Effect.Exit.class)).hasSize(1);
        }

        @Test
        void reportsAFailedInstallationAndDoesNotTryItAgain() {
            start();
            request("1.1.0", 0, 1);

            feed(new WorkerEvent.InstallEnded(new Outcome.Failed("no such release: neco@release-1.1.0")));

            assertThat(own()).isEqualTo(UpdateStatus.aborted("1.1.0", 1, "no such release: neco@release-1.1.0"));
            assertThat(all(Effect.Install.class)).hasSize(1);
            start();
            assertThat(all(Effect.Install.class)).isEmpty();
        }

        @Test
        void givesUpWhenItIsStillTheOldVersionAfterSeveralAttempts() {
            request = Optional.of(request(List.of(0, 1), "1.1.0"));
            for (int i = 0; i <= JournalEntry.MAX_RESUMES; i++) {
                start();
                assertThat(all(Effect.Install.class)).hasSize(1);
            }

            start();

            assertThat(all(Effect.Install.class)).isEmpty();
            assertThat(own().version()).isEqualTo("1.1.0");
            assertThat(own().condition()).isEqualTo(UpdateCondition.ABORTED);
            assertThat(own().message())
                    .contains("1.1.0 was not installed after 4 attempts")
                    .contains("still 1.0.0");
        }

        @Test
        void triesAgainWhenTheRequestIsRenewed() {
            start();
            request("1.1.0", 0, 1);
            feed(new WorkerEvent.InstallEnded(new Outcome.Failed("disk full")));
            put(request.orElseThrow().stopped());
            statuses.clear();
            put(null);

            request("1.1.0", 0, 1);

            assertThat(all(Effect.Install.class)).hasSize(2);
        }

        @Test
        void givesAnInstallationUpWhenTheRequestChanges() {
            start();
            request("1.1.0", 0, 1);
            put(request.orElseThrow().stopped());
            assertThat(all(Effect.CancelWork.class)).hasSize(1);

            feed(new WorkerEvent.InstallEnded(new Outcome.Cancelled()));

            assertThat(reports()).isEmpty();
            assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.STOPPED));
        }
    }

    // ---- a host and an etcd in the head

    private void start() {
        effects.clear();
        apply(WorkerState.start(new Self(0, "1.0.0", 2), journal));
    }

    private void begin() {
        start();
        request("1.0.0", 0, 1);
        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 1));
    }

    private void request(String version, Integer... servers) {
        put(request(List.of(servers), version));
    }

    private UpdateRequest request(List<Integer> servers, String version) {
        return new UpdateRequest(version, servers, false, BEGIN.plusSeconds(revision));
    }

    private void put(@org.jspecify.annotations.Nullable UpdateRequest changed) {
        request = Optional.ofNullable(changed);
        feed(new WorkerEvent.RequestChanged(++revision, request));
    }

    private void report(int lrn, UpdateStatus status) {
        statuses.put(lrn, status);
        feed(new WorkerEvent.StatusReported(++revision, lrn, status));
    }

    private void succeed(int step) {
        feed(new WorkerEvent.StepEnded(step, new Outcome.Succeeded()));
    }

    private void feed(WorkerEvent event) {
        apply(state.on(event));
    }

    private void apply(Transition transition) {
        state = transition.state();
        for (Effect effect : transition.effects()) {
            effects.add(effect);
            if (effect instanceof Effect.TakeView) {
                feed(new WorkerEvent.ViewTaken(new Snapshot(revision, request, statuses, "", List.of())));
            } else if (effect instanceof Effect.Report report) {
                report(0, report.status());
            } else if (effect instanceof Effect.Note note) {
                journal = Optional.of(note.entry());
            } else if (effect instanceof Effect.Forget) {
                journal = Optional.empty();
            }
        }
    }

    private UpdateStatus own() {
        return java.util.Objects.requireNonNull(statuses.get(0));
    }

    private List<Integer> steps() {
        return all(Effect.RunStep.class).stream().map(Effect.RunStep::step).toList();
    }

    private java.util.stream.Stream<UpdateStatus> reports() {
        return all(Effect.Report.class).stream().map(Effect.Report::status);
    }

    private <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <T extends Effect> T last(Class<T> kind) {
        List<T> found = all(kind);
        return found.get(found.size() - 1);
    }
}
