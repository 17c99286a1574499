package io.neco.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoTimeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-24T15:39:18.414961094Z",
                "2026-11-24T15:42:38.75665842Z",
                "2026-11-24T15:42:38Z",
                "2026-11-24T15:42:38.1Z",
                "2022-05-25T10:00:00.5+09:00",
                "2022-05-25T10:00:00-03:30",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
            })
    void readsAndWritesTheSameText(String text) {
        assertThat(GoTime.format(GoTime.parse(text))).isEqualTo(text);
    }

    @Test
    void cutsDigitsBeyondNanoseconds() {
        assertThat(GoTime.parse("2022-05-25T10:00:00.1234567899Z").getNano()).isEqualTo(123456789);
    }

    @Test
    void writesAZeroOffsetAsZ() {
        assertThat(GoTime.format(GoTime.parse("2022-05-25T10:00:00+00:00"))).isEqualTo("2022-05-25T10:00:00Z");
        assertThat(GoTime.formatSeconds(OffsetDateTime.parse("2022-05-25T10:00:00.123+02:00")))
                .isEqualTo("2022-05-25T10:00:00+02:00");
    }

    @Test
    void zeroIsGosZeroTime() {
        assertThat(GoTime.parse("0001-01-01T00:00:00Z")).isEqualTo(GoTime.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2022-05-25",
                "2022-05-25 10:00:00Z",
                "2022-05-25T10:00Z",
                "2022-02-30T10:00:00Z",
                "2022-05-25T25:00:00Z",
                "2022-05-25T10:00:00",
                "2022-05-25T10:00:00+9",
                "2022-05-25T10:00:00.Z",
            })
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> GoTime.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
