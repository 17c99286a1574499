package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShutdownTimerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 11 * * * | 2022-05-25T11:00:00Z | 2022-05-25T10:59:00Z | 2022-05-25T11:00:00Z",
                "0 11 * * * | 2022-05-25T11:00:00Z | 2022-05-25T11:00:01Z | 2022-05-25T11:00:00Z",
                // the clock was a year ahead
                "0 11 * * * | 2023-05-25T11:00:00Z | 2022-05-25T10:59:00Z | 2022-05-25T11:00:00Z",
                "@every 1h  | 2022-05-25T11:00:00Z | 2022-05-25T10:59:00Z | 2022-05-25T11:00:00Z",
                "@every 1h  | 2023-05-25T11:00:00Z | 2022-05-25T10:59:00Z | 2022-05-25T11:59:00Z",
            })
    void aTimePlannedWhileTheClockWasAheadIsNotWaitedFor(
            String schedule, ZonedDateTime before, ZonedDateTime now, ZonedDateTime planned) {
        assertThat(ShutdownTimer.planned(before, CronSchedule.parse(schedule), now))
                .isEqualTo(planned);
    }
}
