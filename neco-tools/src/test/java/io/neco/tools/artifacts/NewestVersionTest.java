package io.neco.tools.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewestVersionTest {
    private static final NewestVersion ANY = new NewestVersion(Set.of(), Optional.empty());

    @Test
    void takesTheHighestTagAsItIsWritten() {
        assertThat(ANY.ofTags("image x", List.of("1.9.9", "v1.10.0", "1.2", "latest", "1.9.10", "3")))
                .isEqualTo("v1.10.0");
    }

    @Test
    void passesPreReleasesAndIgnoredVersionsOver() {
        NewestVersion choice = new NewestVersion(Set.of("1.5.0"), Optional.empty());

        assertThat(choice.ofTags("image x", List.of("1.4.0", "1.5.0", "1.6.0-rc.1")))
                .isEqualTo("1.4.0");
    }

    @Test
    void staysInAMajorVersionWhenAskedTo() {
        NewestVersion choice = new NewestVersion(Set.of(), Optional.of(BigInteger.ONE));

        assertThat(choice.ofTags("image x", List.of("1.4.0", "2.0.0", "0.9.0"))).isEqualTo("1.4.0");
    }

    @Test
    void tellsWhatWasWantedWhenThereIsNone() {
        NewestVersion choice = new NewestVersion(Set.of("1.5.0", "1.4.0"), Optional.of(BigInteger.ONE));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> choice.ofTags("image quay.io/cybozu/x", List.of("1.5.0", "2.0.0", "latest")))
                .withMessage("image quay.io/cybozu/x: no version to choose among 3 on offer (wanted: a release of major"
                        + " version 1, not one of the ignored 1.4.0, 1.5.0)");
    }

    @Test
    void refusesMalformedVersionsOfTheOperatingSystemUnlessIgnored() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ANY.ofOsVersions("os", List.of("3139.2.1", "tomorrow")))
                .withMessage("os: \"tomorrow\" is no version; if it may be passed over, put it into the ignore file");
        assertThat(new NewestVersion(Set.of("tomorrow"), Optional.empty())
                        .ofOsVersions("os", List.of("3139.2.1", "tomorrow", "3033.2.4")))
                .isEqualTo("3139.2.1");
    }
}
