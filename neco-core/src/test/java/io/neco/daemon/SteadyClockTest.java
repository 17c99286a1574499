package io.neco.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant BEGIN = Instant.parse("2022-05-25T01:02:03Z");

    private final AtomicReference<Instant> timeOfDay = new AtomicReference<>(BEGIN);
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
    private final SteadyClock clock = new SteadyClock(timeOfDay::get, nanoTime::get);

    @Test
    void countsOnFromTheTimeOfDayAlsoWhereTheCounterOverflows() {
        assertThat(clock.instant()).isEqualTo(BEGIN);

        nanoTime.addAndGet(Duration.ofMinutes(5).toNanos());

        assertThat(clock.instant()).isEqualTo(BEGIN.plusSeconds(300));
    }

    @Test
    void doesNotFollowAClockThatIsSet() {
        timeOfDay.set(BEGIN.plusSeconds(7200));

        assertThat(clock.instant()).isEqualTo(BEGIN);
    }
}
