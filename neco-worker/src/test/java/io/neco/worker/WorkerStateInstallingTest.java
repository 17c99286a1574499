package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.update.UpdateCondition;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A worker that installs another version. */
class WorkerStateInstallingTest extends ImaginedWorker {
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
