package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private final BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    @Test
    void eachRestIsTwiceAsLongAsTheOneBeforeUpToTheLongest() {
        assertThat(IntStream.rangeClosed(1, 6)
                        .mapToObj(backOff::after)
                        .map(Duration::toSeconds)
                        .toList())
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }

    @Test
    void goesOnForEver() {
        assertThat(backOff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
    }
}
