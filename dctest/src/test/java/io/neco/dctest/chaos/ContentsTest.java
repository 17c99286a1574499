package io.neco.dctest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ContentsTest {
    private static Contents contents(String... lines) {
        return new Contents(new TreeSet<>(List.of(lines)));
    }

    @Test
    void whatIsGoneAndWhatIsNewAreTold() {
        Contents before = contents("boot-0 sabakan asset a.img 12 true", "etcd /chaos/canary 3f");
        Contents after = contents("boot-0 sabakan asset a.img 12 false", "etcd /chaos/canary 3f");

        assertThat(after.differences(before))
                .containsExactly(
                        "gone: boot-0 sabakan asset a.img 12 true", "new: boot-0 sabakan asset a.img 12 false");
        assertThat(before.differences(before)).isEmpty();
    }

    @Test
    void itRunsWhenNoServiceIsAwayAndNothingHasFailed() {
        assertThat(contents("boot-0 service vault active", "boot-0 vault sealed false")
                        .isRunning())
                .isTrue();
        assertThat(contents("boot-0 service vault activating").isRunning()).isFalse();
        assertThat(contents("boot-0 service vault inactive").isRunning()).isFalse();
        assertThat(contents("boot-0 failed unit cke.service").isRunning()).isFalse();
        assertThat(contents("boot-0 vault sealed true").isRunning()).isFalse();
    }
}
