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
    void templatesOfOlderVersionsMayComeButNeitherGoNorChange() {
        Contents before = contents("boot-0 sabakan ignition cs VERSION 11");
        Contents after =
                contents("boot-0 sabakan ignition cs VERSION 12", "boot-0 sabakan ignition cs 2022.05.25-1 11");
        Contents changed =
                contents("boot-0 sabakan ignition cs VERSION 12", "boot-0 sabakan ignition cs 2022.05.25-1 13");

        assertThat(after.differences(contents("boot-0 sabakan ignition cs VERSION 12")))
                .isEmpty();
        assertThat(after.differences(before)).hasSize(2);
        assertThat(changed.differences(after)).containsExactly("gone: boot-0 sabakan ignition cs 2022.05.25-1 11");
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
