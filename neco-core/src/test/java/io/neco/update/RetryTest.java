package io.neco.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static final OffsetDateTime BEGIN = OffsetDateTime.parse("2022-05-25T01:02:03Z");
    private static final OffsetDateTime NOW = OffsetDateTime.parse("2022-05-25T02:00:00Z");
    private static final UpdateRequest REQUEST = new UpdateRequest("1.0.0", List.of(0, 1), false, BEGIN);
    private static final Map<Integer, UpdateStatus> ABORTED =
            Map.of(0, UpdateStatus.running("1.0.0", 4), 1, UpdateStatus.aborted("1.0.0", 4, "disk full"));

    private static Retry of(UpdateRequest request, Map<Integer, UpdateStatus> statuses, List<Integer> registered) {
        return Retry.of(Optional.of(request), statuses, registered, false, NOW);
    }

    private static String reason(Retry retry) {
        assertThat(retry).isInstanceOf(Retry.Refused.class);
        return ((Retry.Refused) retry).reason();
    }

    @Test
    void aStoppedUpdateIsAskedForAgainWithAStartTimeOfItsOwn() {
        assertThat(of(REQUEST.stopped(), ABORTED, List.of(0, 1)))
                .isEqualTo(new Retry.Again(new UpdateRequest("1.0.0", List.of(0, 1), false, NOW)));
    }

    @Test
    void anUpdateThatWasStoppedBecauseItTookTooLongIsAskedForAgain() {
        Map<Integer, UpdateStatus> slow = Map.of(0, UpdateStatus.running("1.0.0", 4));

        assertThat(of(REQUEST.stopped(), slow, List.of(0, 1))).isInstanceOf(Retry.Again.class);
    }

    @Test
    void theStartTimeDiffersEvenIfTheClockStoodStill() {
        Retry retry = Retry.of(Optional.of(REQUEST.stopped()), ABORTED, List.of(0, 1), false, BEGIN);

        assertThat(((Retry.Again) retry).request().startedAt()).isAfter(BEGIN);
    }

    @Test
    void theOrderOfTheServersDoesNotMatter() {
        assertThat(of(REQUEST.stopped(), ABORTED, List.of(1, 0))).isInstanceOf(Retry.Again.class);
    }

    @Test
    void isRefusedWithoutARequest() {
        assertThat(reason(Retry.of(Optional.empty(), Map.of(), List.of(0, 1), true, NOW)))
                .contains("no update request");
    }

    @Test
    void isRefusedWhileItIsRunning() {
        assertThat(reason(of(REQUEST, Map.of(0, UpdateStatus.running("1.0.0", 4)), List.of(0, 1))))
                .contains("1.0.0 is running");
    }

    @Test
    void isRefusedAsLongAsAnAbortedUpdateIsNotStopped() {
        assertThat(reason(of(REQUEST, ABORTED, List.of(0, 1)))).contains("not marked as stopped yet");
    }

    @Test
    void isRefusedWhenItIsCompleted() {
        Map<Integer, UpdateStatus> done =
                Map.of(0, UpdateStatus.completed("1.0.0", 18), 1, UpdateStatus.completed("1.0.0", 18));

        assertThat(reason(of(REQUEST, done, List.of(0, 1)))).contains("1.0.0 is completed");
        assertThat(reason(of(REQUEST.stopped(), done, List.of(0, 1)))).contains("all its boot servers have completed");
    }

    @Test
    void aCompletedUpdateIsAskedForAgainIfThatIsWanted() {
        Map<Integer, UpdateStatus> done =
                Map.of(0, UpdateStatus.completed("1.0.0", 18), 1, UpdateStatus.completed("1.0.0", 18));
        Retry.Again again = new Retry.Again(new UpdateRequest("1.0.0", List.of(0, 1), false, NOW));

        assertThat(Retry.of(Optional.of(REQUEST), done, List.of(0, 1), true, NOW))
                .isEqualTo(again);
        assertThat(Retry.of(Optional.of(REQUEST.stopped()), done, List.of(0, 1), true, NOW))
                .isEqualTo(again);
        assertThat(reason(Retry.of(Optional.of(REQUEST), done, List.of(0, 1, 2), true, NOW)))
                .contains("now 0, 1, 2 are registered");
    }

    @Test
    void isRefusedWhileItIsRunningWhateverIsWanted() {
        Map<Integer, UpdateStatus> running = Map.of(0, UpdateStatus.running("1.0.0", 4));

        assertThat(reason(Retry.of(Optional.of(REQUEST), running, List.of(0, 1), true, NOW)))
                .contains("1.0.0 is running");
        assertThat(reason(Retry.of(Optional.of(REQUEST), ABORTED, List.of(0, 1), true, NOW)))
                .contains("not marked as stopped yet");
    }

    @Test
    void isRefusedWhenServersHaveComeOrGone() {
        assertThat(reason(of(REQUEST.stopped(), ABORTED, List.of(0, 1, 2))))
                .contains("boot servers 0, 1,")
                .contains("now 0, 1, 2 are registered")
                .contains("neco recover");
        assertThat(reason(of(REQUEST.stopped(), ABORTED, List.of()))).contains("now none are registered");
    }
}
