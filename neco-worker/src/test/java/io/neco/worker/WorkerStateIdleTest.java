package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A worker that waits for a request. */
class WorkerStateIdleTest extends ImaginedWorker {
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
    void decidesAnewWhenWhatWasMalformedIsDeleted() {
        request = Optional.of(request(List.of(0, 1, 2), "1.1.0"));
        isMalformed = true;
        start();
        assertThat(all(Effect.Install.class)).isEmpty();

        isMalformed = false;
        feed(new WorkerEvent.StatusDeleted(++revision));

        assertThat(all(Effect.Install.class)).hasSize(1);
    }

    @Test
    void decidesAnewWhenWhatWasMalformedIsMended() {
        request = Optional.of(request(List.of(0, 1, 2), "1.1.0"));
        isMalformed = true;
        start();
        feed(new WorkerEvent.Malformed(++revision, "status/bootservers/9: worse"));

        isMalformed = false;
        report(9, UpdateStatus.running("1.1.0", 1));

        assertThat(all(Effect.Install.class)).hasSize(1);
    }

    @Test
    void decidesAnewWhenWhatWasMalformedIsMendedBelowInfo() {
        request = Optional.of(request(List.of(0, 1, 2), "1.1.0"));
        isMalformed = true;
        start();

        isMalformed = false;
        feed(new WorkerEvent.InfoChanged(++revision));

        assertThat(all(Effect.Install.class)).hasSize(1);
    }

    @Test
    void doesNotLookAgainForWhatChangesBelowInfoOtherwise() {
        start();

        feed(new WorkerEvent.InfoChanged(++revision));

        assertThat(all(Effect.TakeView.class)).hasSize(1);
    }

    @Test
    void goesOnByItsJournalWhenWhatWasMalformedIsDeleted() {
        UpdateRequest going = request(List.of(0, 1), "1.0.0");
        request = Optional.of(going);
        journal = Optional.of(JournalEntry.of(going, 1, JournalEntry.Phase.STEP, 0));
        statuses.put(0, UpdateStatus.running("1.0.0", 1));
        statuses.put(1, UpdateStatus.running("1.0.0", 1));
        isMalformed = true;
        start();

        isMalformed = false;
        feed(new WorkerEvent.StatusDeleted(++revision));

        assertThat(steps()).containsExactly(1);
    }

    @Test
    void looksAgainWhenItWasIdleToo() {
        start();
        request = Optional.of(request(List.of(0, 1, 2), "1.1.0"));
        isMalformed = true;
        feed(new WorkerEvent.Missed());
        assertThat(state.phase()).isEqualTo(new Phase.Idle(Phase.Idle.Reason.MALFORMED));

        isMalformed = false;
        feed(new WorkerEvent.StatusDeleted(++revision));

        assertThat(all(Effect.Install.class)).hasSize(1);
    }

    @Test
    void reportsThatAreDeletedWithARequestDoNotHideIt() {
        start();
        UpdateRequest next = request(List.of(0, 1, 2), "1.1.0");
        request = Optional.of(next);

        feed(new WorkerEvent.StatusDeleted(++revision));
        assertThat(all(Effect.TakeView.class)).hasSize(1);
        feed(new WorkerEvent.RequestChanged(revision, request));

        assertThat(all(Effect.Install.class)).hasSize(1);
    }

    @Test
    void waitsWhenWhatIsStoredIsMalformedAndDecidesAnewWhenTheRequestChanges() {
        start();

        feed(new WorkerEvent.ViewMalformed("status/current: …"));
        request("1.1.0", 0, 1, 2);

        assertThat(all(Effect.Install.class)).hasSize(1);
    }
}
