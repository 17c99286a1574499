package io.neco.cli;

import static io.neco.cli.StatusTextTest.VERSION;
import static io.neco.cli.StatusTextTest.request;
import static io.neco.cli.StatusTextTest.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.update.UpdateStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusViewTest {
    @Test
    void waitsForMembersThatHaveNotBegun() {
        StatusView view = view(List.of(0, 1), request(0, 1), Map.of(0, UpdateStatus.running(VERSION, 1)));

        assertThat(view.waitedFor()).containsOnlyKeys(1);
        assertThat(view.activity()).startsWith("waiting for boot server 1 (not begun");
    }

    @Test
    void namesTogetherThoseWhoAreWaitedForForTheSameReason() {
        StatusView view = view(List.of(0, 1, 2), request(0, 1, 2), Map.of(1, UpdateStatus.running(VERSION, 1)));

        assertThat(view.activity()).startsWith("waiting for boot servers 0, 2 (not begun: ");
    }

    @Test
    void waitsForMembersThatAreBehind() {
        StatusView view = view(
                List.of(0, 1, 2),
                request(0, 1, 2),
                Map.of(
                        0,
                        UpdateStatus.running(VERSION, 3),
                        1,
                        UpdateStatus.running(VERSION, 2),
                        2,
                        UpdateStatus.running(VERSION, 3)));

        assertThat(view.waitedFor()).containsOnlyKeys(1);
        assertThat(view.activity()).isEqualTo("waiting for boot server 1 (step 2)");
    }

    @Test
    void waitsForNobodyWhenAllAreAtTheSameStep() {
        StatusView view = view(
                List.of(0, 1),
                request(0, 1),
                Map.of(0, UpdateStatus.running(VERSION, 2), 1, UpdateStatus.running(VERSION, 2)));

        assertThat(view.waitedFor()).isEmpty();
        assertThat(view.activity()).isEqualTo("all boot servers work on step 2 of the update to " + VERSION);
    }

    @Test
    void waitsForThoseWhoHaveNotFinishedTheLastStep() {
        StatusView view = view(
                List.of(0, 1),
                request(0, 1),
                Map.of(0, UpdateStatus.completed(VERSION, 5), 1, UpdateStatus.running(VERSION, 5)));

        assertThat(view.activity()).isEqualTo("waiting for boot server 1 (step 5, the last one)");
    }

    @Test
    void tellsServerStepAndReasonOfAnAbort() {
        StatusView view = view(List.of(0, 1), request(0, 1), Map.of(1, UpdateStatus.aborted(VERSION, 2, "disk full")));

        assertThat(view.waitedFor()).isEmpty();
        assertThat(view.activity())
                .isEqualTo("the update to " + VERSION + " was aborted: boot server 1 at step 2: disk full");
    }

    @Test
    void tellsAStopThatNoServerAbortedWithWhoWasWaitedFor() {
        StatusView view = view(
                List.of(0, 1),
                request(0, 1).stopped(),
                Map.of(0, UpdateStatus.running(VERSION, 8), 1, UpdateStatus.running(VERSION, 7)));

        assertThat(view.state()).isEqualTo(UpdateState.STOPPED);
        assertThat(view.state().exitCode()).isEqualTo(4);
        assertThat(view.waitedFor()).containsOnlyKeys(1);
        assertThat(view.activity())
                .isEqualTo("the update to " + VERSION + " was stopped: it was waiting for boot server 1 (step 7);"
                        + " when the cause is mended, `neco retry` starts it again");
    }

    @Test
    void tellsAStopInTheMiddleOfAStep() {
        StatusView view = view(List.of(0), request(0).stopped(), Map.of(0, UpdateStatus.running(VERSION, 8)));

        assertThat(view.activity())
                .startsWith("the update to " + VERSION + " was stopped: all boot servers worked on step 8; ");
    }

    @Test
    void pointsToWhatHelpsWhenAStoppedUpdateIsCompleted() {
        StatusView view = view(List.of(0), request(0).stopped(), Map.of(0, UpdateStatus.completed(VERSION, 18)));

        assertThat(view.state()).isEqualTo(UpdateState.STOPPED);
        assertThat(view.waitedFor()).isEmpty();
        assertThat(view.activity())
                .isEqualTo("the update to " + VERSION + " was stopped, but all its boot servers have completed it;"
                        + " `neco recover` lets neco-updater go on");
    }

    @Test
    void doesNotAdviseARetryThatWouldBeRefused() {
        StatusView view = view(List.of(0), request(0, 1).stopped(), Map.of(0, UpdateStatus.running(VERSION, 1)));

        assertThat(view.activity()).contains("`neco recover`").doesNotContain("`neco retry`");
    }

    @Test
    void tellsWhatToDoAboutAnAbortOnceItIsMarkedAsStopped() {
        StatusView view =
                view(List.of(0), request(0).stopped(), Map.of(0, UpdateStatus.aborted(VERSION, 2, "disk full")));

        assertThat(view.state()).isEqualTo(UpdateState.ABORTED);
        assertThat(view.activity())
                .isEqualTo("the update to " + VERSION + " was aborted: boot server 0 at step 2: disk full;"
                        + " when the cause is mended, `neco retry` starts it again");
    }
}
