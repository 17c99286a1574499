package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseVersionTest {

    @ParameterizedTest
    @CsvSource({
        "2022.05.10-2, 2022.05.10-1, 1",
        "2022.05.10, 2022.05.10-1, 1",
        "2022.05.01-1, 2022.5.1-1, 0",
        "2022.05.10-10, 2022.05.10-9, 1",
        "1.0.0+a, 1.0.0+b, 0",
        "v1.0, 1.0.0, 0",
        "1, 1.0.0, 0",
        "1.0.0.1, 1.0.0, 1",
        "1.0.0-alpha, 1.0.0-1, 1",
        "1.0.0-alpha.1, 1.0.0-alpha, 1",
        "1.0.0-alpha.x, 1.0.0-alpha, -1",
        "1.0.0alpha, 1.0.0-alpha, 0",
        "1.0.0-beta, 1.0.0-alpha, 1",
        "2022.05.11-1, 2022.05.10-99, 1",
    })
    void comparesNumbersThenThePreReleasePart(String a, String b, int order) {
        assertThat(Integer.signum(ReleaseVersion.parse(a).compareTo(ReleaseVersion.parse(b))))
                .isEqualTo(order);
        assertThat(Integer.signum(ReleaseVersion.parse(b).compareTo(ReleaseVersion.parse(a))))
                .isEqualTo(-order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alpha.3", "1..2", "1.", "1.0_1", "release-1.0", " 1.0", "99999999999999999999.1"})
    void refusesWhatIsNoVersion(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReleaseVersion.parse(text))
                .withMessageStartingWith("Malformed version: " + text);
    }

    @ParameterizedTest
    @CsvSource({
        "release-2018.11.07-1, 2018.11.07-1",
        "test-2018.11.07-1, 2018.11.07-1",
        "v1.0.5, v1.0.5",
        "v1.13.0-alpha.3, alpha.3",
        "2021.04.19-13965, 13965",
        "-x, x",
    })
    void removesWhatStandsBeforeTheFirstHyphenOfATag(String tag, String version) {
        assertThat(ReleaseTag.withoutPrefix(tag)).isEqualTo(version);
    }
}
