package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseCheckerTest {

    @ParameterizedTest
    @CsvSource({
        "1, PT1M, PT0S, PT1M",
        "2, PT1M, PT0S, PT2M",
        "4, PT1M, PT0S, PT8M",
        "5, PT1M, PT0S, PT10M",
        "1000000, PT1M, PT0S, PT10M",
        "5, PT2S, PT0S, PT20S",
        "3, PT5M, PT0S, PT10M",
        "3, PT1H, PT0S, PT1H",
        "1, PT0S, PT0S, PT0.1S",
        "1, PT1M, PT50M, PT50M",
        "1, PT10M, PT264H, PT1H",
        "1, PT2H, PT264H, PT2H",
        "1, PT1M, PT-3H, PT1M",
        "3, PT1M, PT1S, PT4M"
    })
    void letsThePausesGrowAfterFailuresAndWaitsForAsLongAsItIsAskedButNoMoreThanAnHour(
            int failures, Duration interval, Duration asked, Duration pause) {
        assertThat(ReleaseChecker.pauseAfter(failures, interval, asked)).isEqualTo(pause);
    }
}
