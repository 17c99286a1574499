package io.neco.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StragglersTest {
    private static final String V = "1.0.0";
    private static final UpdateRequest REQUEST =
            new UpdateRequest(V, List.of(0, 1, 2), false, OffsetDateTime.parse("2022-05-25T00:00:00Z"));

    @Test
    void areThoseBehindTheFurthest() {
        Stragglers stragglers = Stragglers.of(
                REQUEST,
                Map.of(
                        0, UpdateStatus.running(V, 7),
                        1, UpdateStatus.running(V, 5),
                        2, UpdateStatus.completed("0.9.0", 18)));

        assertThat(stragglers.reasons().keySet()).containsExactly(1, 2);
        assertThat(stragglers.inWords()).startsWith("waiting for boot server 1 (step 5), boot server 2 (not begun: ");
    }

    @Test
    void areNoneWhileAllAreInTheSameStep() {
        Stragglers stragglers = Stragglers.of(
                REQUEST,
                Map.of(
                        0, UpdateStatus.running(V, 7),
                        1, UpdateStatus.running(V, 7),
                        2, UpdateStatus.running(V, 7)));

        assertThat(stragglers.reasons()).isEmpty();
        assertThat(stragglers.inWords()).isEqualTo("all boot servers work on step 7");
    }

    @Test
    void areThoseInTheLastStepWhenOthersHaveCompleted() {
        Stragglers stragglers = Stragglers.of(
                REQUEST,
                Map.of(
                        0, UpdateStatus.completed(V, 18),
                        1, UpdateStatus.running(V, 18),
                        2, UpdateStatus.completed(V, 18)));

        assertThat(stragglers.inWords()).isEqualTo("waiting for boot server 1 (step 18, the last one)");
    }

    @Test
    void doNotIncludeServersThatTakeNoPart() {
        assertThat(Stragglers.of(REQUEST, Map.of(7, UpdateStatus.running(V, 3)))
                        .reasons()
                        .keySet())
                .containsExactly(0, 1, 2);
    }
}
