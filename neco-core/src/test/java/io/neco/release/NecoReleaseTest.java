package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NecoReleaseTest {

    @Test
    void readsDateAndNumber() {
        assertThat(NecoRelease.parse("2021.04.19-13965"))
                .isEqualTo(new NecoRelease(LocalDate.of(2021, 4, 19), BigInteger.valueOf(13965)));
    }

    @ParameterizedTest
    @CsvSource({
        "2021.04.19, 'tag should have \"YYYY.MM.DD-UNIQUE_ID\", but got 2021.04.19'",
        "'', 'tag should have \"YYYY.MM.DD-UNIQUE_ID\", but got '",
        "1-2-3, 'tag should have \"YYYY.MM.DD-UNIQUE_ID\", but got 1-2-3'",
        "20210419-13965, 'release 20210419-13965 should begin with a date YYYY.MM.DD, but has 20210419'",
        "2021.4.19-1, 'release 2021.4.19-1 should begin with a date YYYY.MM.DD, but has 2021.4.19'",
        "2021.04.19-abc, 'release 2021.04.19-abc should end with a number, but has abc'",
        "0.0.1-main, 'release 0.0.1-main should begin with a date YYYY.MM.DD, but has 0.0.1'",
    })
    void namesTheTextThatIsNoRelease(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NecoRelease.parse(text))
                .withMessage(message);
    }

    @Test
    void refusesADayThatIsNotInTheCalendar() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NecoRelease.parse("2021.02.30-1"))
                .withMessageContaining("2021.02.30 is none");
    }

    @ParameterizedTest
    @CsvSource({
        "2021.04.20-13966, 2021.04.19-13965, true",
        "2021.04.19-13966, 2021.04.19-13965, true",
        "2021.04.18-13964, 2021.04.19-13965, false",
        "2021.04.19-13964, 2021.04.19-13965, false",
        "2021.04.20-13964, 2021.04.19-13965, false",
        "2021.04.20-13965, 2021.04.19-13965, false",
        "2021.04.18-13966, 2021.04.19-13965, false",
        "9999.12.31-99999, 2022.05.25-1, true",
    })
    void isNewerOnlyWithALargerNumberAndNoEarlierDate(String a, String b, boolean isNewer) {
        assertThat(NecoRelease.parse(a).isNewerThan(NecoRelease.parse(b))).isEqualTo(isNewer);
    }

    @ParameterizedTest
    @CsvSource({
        "2021.04.20-13964, 2021.04.19-13965, true",
        "2021.04.20-13965, 2021.04.19-13965, true",
        "2021.04.20-13966, 2021.04.19-13965, false",
        "2021.04.19-13964, 2021.04.19-13965, false",
        "2021.04.18-13966, 2021.04.19-13965, false",
        "2021.04.18-13964, 2021.04.19-13965, false",
    })
    void isPassedOverWithALaterDateAndNoLargerNumber(String a, String b, boolean isPassedOver) {
        assertThat(NecoRelease.parse(a).isPassedOverAfter(NecoRelease.parse(b))).isEqualTo(isPassedOver);
    }
}
