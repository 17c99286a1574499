package io.neco.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "2s, PT2S",
        "1h0m0s, PT1H",
        "1.5ms, PT0.0015S",
        "90s, PT1M30S",
        "10us, PT0.00001S",
        "10µs, PT0.00001S",
        "7ns, PT0.000000007S",
        "0, PT0S",
        "-1m, PT-1M",
        "+.5s, PT0.5S",
        "1.h, PT1H",
    })
    void readsGoDurations(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'', time: invalid duration \"\"",
        "5, time: missing unit in duration \"5\"",
        "5x, time: unknown unit \"x\" in duration \"5x\"",
        "abc, time: invalid duration \"abc\"",
        "1.2.3s, time: invalid duration \"1.2.3s\"",
        "-, time: invalid duration \"-\"",
        "99999999999999999h, time: invalid duration \"99999999999999999h\"",
    })
    void refusesOtherTextsWithGosMessage(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GoDuration.parse(text))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT4S, 4s",
        "PT1M, 1m0s",
        "PT1H, 1h0m0s",
        "PT36H, 36h0m0s",
        "PT1.5S, 1.5s",
        "PT1M30.25S, 1m30.25s",
        "PT0.0015S, 1.5ms",
        "PT0.000010S, 10µs",
        "PT0.000000007S, 7ns",
        "PT-90S, -1m30s",
    })
    void writesAsGoDoes(Duration duration, String expected) {
        assertThat(GoDuration.format(duration)).isEqualTo(expected);
    }
}
