package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GracePeriodsTest {
    private static final Duration HOUR = Duration.ofMinutes(60);
    private static final Instant BEGIN = Instant.parse("2022-05-25T11:00:00Z");

    private final GracePeriods grace = new GracePeriods();

    private boolean isOver(String serial, int minutes) {
        return grace.isOver(serial, HOUR, BEGIN.plus(Duration.ofMinutes(minutes)));
    }

    @Test
    void isOverWhenTheMachineWasUnhealthyForLonger() {
        assertThat(isOver("a", 0)).isFalse();
        assertThat(isOver("a", 30)).isFalse();
        assertThat(isOver("a", 60)).as("not longer than the period").isFalse();
        assertThat(isOver("a", 70)).isTrue();
    }

    @Test
    void beginsAnewWhenTheMachineWasHealthyInBetween() {
        isOver("a", 0);
        grace.clear("a");

        assertThat(isOver("a", 70)).isFalse();
        assertThat(isOver("a", 131)).isTrue();
    }

    @Test
    void machinesHaveNothingToDoWithEachOther() {
        isOver("a", 0);

        assertThat(isOver("b", 70)).isFalse();
        assertThat(isOver("a", 70)).isTrue();
    }

    @Test
    void aPeriodOfNothingIsOverAtTheSecondTime() {
        assertThat(grace.isOver("a", Duration.ZERO, BEGIN)).isFalse();
        assertThat(grace.isOver("a", Duration.ZERO, BEGIN.plusMillis(1))).isTrue();
    }

    @Test
    void countsOnlyMachinesWhosePeriodIsNotOver() {
        isOver("a", 0);
        isOver("b", 30);
        isOver("a", 70);

        assertThat(grace.size()).isEqualTo(1);
        grace.clear("a");
        isOver("a", 80);
        assertThat(grace.size()).isEqualTo(2);
    }

    @Test
    void forgetsMachinesThatAreGone() {
        isOver("a", 0);
        isOver("b", 0);

        grace.keepOnly(Set.of("b", "c"));

        assertThat(grace.size()).isEqualTo(1);
        assertThat(isOver("a", 70)).isFalse();
        assertThat(isOver("b", 70)).isTrue();
    }
}
