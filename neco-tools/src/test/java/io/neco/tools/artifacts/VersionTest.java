package io.neco.tools.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @Test
    void ordersBySegmentsAndPutsPreReleasesBeforeTheirRelease() {
        List<String> ordered = List.of(
                "0.9.7.1",
                "1.2.3-alpha",
                "1.2.3-alpha.1",
                "1.2.3-alpha.beta",
                "1.2.3-beta.2",
                "1.2.3-beta.11",
                "1.2.3-rc.1",
                "1.2.3",
                "1.2.3.1",
                "v1.2.4",
                "1.2.10",
                "1.10.0",
                "2.0.0rc1",
                "2.0.0",
                "99999999999999999999.0.0");
        List<Version> shuffled = new ArrayList<>(
                ordered.stream().map(t -> Version.parse(t).orElseThrow()).toList());
        Collections.shuffle(shuffled, new Random(7));

        assertThat(shuffled.stream().sorted().map(Version::original)).containsExactlyElementsOf(ordered);
    }

    @Test
    void missingSegmentsAreZeroAndMetadataDoesNotCount() {
        assertThat(Version.parse("1.2").orElseThrow())
                .isEqualByComparingTo(Version.parse("v1.2.0.0+build.5").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "1.2.", ".1.2", "1.2.3/4", "-1.2.3", "1.2.3 ", "sha256-abc", "1.2.3+"})
    void isNotWhatIsNoVersion(String text) {
        assertThat(Version.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3-rc1", "1.2.3rc1", "1.2.3-1", "1.2.3~dev"})
    void knowsPreReleases(String text) {
        assertThat(Version.parse(text).orElseThrow().isPreRelease()).isTrue();
    }
}
