package io.neco.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateProgressTest {
    private static final UpdateStatus DONE = UpdateStatus.completed("1.0.0", 18);

    @Test
    void isCompletedWhenEveryServerReportsCompletionOfTheVersion() {
        assertThat(UpdateProgress.isCompleted("1.0.0", List.of(0, 1), Map.of(0, DONE, 1, DONE)))
                .isTrue();
    }

    @Test
    void isCompletedForNoServersAtAll() {
        assertThat(UpdateProgress.isCompleted("1.0.0", List.of(), Map.of())).isTrue();
    }

    @Test
    void isNotCompletedWhileAServerHasNotReported() {
        assertThat(UpdateProgress.isCompleted("1.0.0", List.of(0, 1), Map.of(0, DONE)))
                .isFalse();
    }

    @Test
    void isNotCompletedByAReportOfAnotherVersion() {
        assertThat(UpdateProgress.isCompleted("1.0.1", List.of(0), Map.of(0, DONE)))
                .isFalse();
    }

    @Test
    void isNotCompletedWhileAServerIsRunning() {
        assertThat(UpdateProgress.isCompleted("1.0.0", List.of(0), Map.of(0, UpdateStatus.running("1.0.0", 18))))
                .isFalse();
    }

    @Test
    void isAbortedByAnyServerOfTheSameVersionMemberOrNot() {
        assertThat(UpdateProgress.isAborted("1.0.0", Map.of(9, UpdateStatus.aborted("1.0.0", 3, "disk full"))))
                .isTrue();
        assertThat(UpdateProgress.isAborted("1.0.1", Map.of(9, UpdateStatus.aborted("1.0.0", 3, "disk full"))))
                .isFalse();
    }

    @Test
    void stoppingARequestKeepsVersionServersAndStartTime() {
        OffsetDateTime start = OffsetDateTime.parse("2022-05-25T01:02:03Z");

        UpdateRequest stopped = new UpdateRequest("1.0.0", List.of(2, 0), false, start).stopped();

        assertThat(stopped).isEqualTo(new UpdateRequest("1.0.0", List.of(2, 0), true, start));
    }

    @Test
    void conditionsKeepTheirWireNumbersAndWords() {
        assertThat(UpdateCondition.fromCode(0)).isEqualTo(UpdateCondition.NOT_RUNNING);
        assertThat(UpdateCondition.fromCode(1)).isEqualTo(UpdateCondition.RUNNING);
        assertThat(UpdateCondition.fromCode(2)).isEqualTo(UpdateCondition.ABORTED);
        assertThat(UpdateCondition.fromCode(3)).isEqualTo(UpdateCondition.COMPLETED);
        assertThat(UpdateCondition.fromCode(7)).isEqualTo(UpdateCondition.UNKNOWN);
        assertThat(UpdateCondition.fromCode(-1)).isEqualTo(UpdateCondition.UNKNOWN);
        assertThat(UpdateCondition.NOT_RUNNING.text()).isEqualTo("not running");
        assertThat(UpdateCondition.ABORTED.text()).isEqualTo("aborted");
    }
}
