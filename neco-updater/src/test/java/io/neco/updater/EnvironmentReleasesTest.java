package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.neco.host.HostRoot;
import io.neco.release.Release;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvironmentReleasesTest {
    private final EnvironmentReleases releases =
            new EnvironmentReleases(new HostRoot(Path.of("/nowhere")), Clock.systemUTC());

    @Test
    void offersNothingInNone() throws Exception {
        assertThat(releases.newest(in("none"))).isEmpty();
    }

    @Test
    void offersAConstantInTest() throws Exception {
        assertThat(releases.newest(in("test"))).map(Offer::version).contains("9999.12.31-99999");
    }

    @Test
    void namesTheUnknownEnvironment() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> releases.newest(in("production")))
                .withMessageStartingWith("unknown env: production");
    }

    @Test
    void takesTheTagOfTheHighestPublishedVersionInItsOwnWords() {
        assertThat(EnvironmentReleases.newestOf(List.of(
                        release("release-2022.05.09-7", false, false),
                        release("release-2022.05.10-8", false, true),
                        release("release-2022.05.10-10", true, true),
                        release("release-garbage!", false, false),
                        release("", false, false),
                        release("v9.13.0-alpha.3", false, false),
                        release("test-2022.06.01-99", false, true))))
                .contains("release-2022.05.10-8");
    }

    @Test
    void findsNothingAmongNothing() {
        assertThat(EnvironmentReleases.newestOf(List.of())).isEmpty();
    }

    private static Release release(String tag, boolean isDraft, boolean isPreRelease) {
        return new Release(tag, isDraft, isPreRelease, List.of());
    }

    private static Settings in(String environment) {
        return new Settings(
                environment,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
