package io.neco.time.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;

/** The time of day of a host where somebody sets the clock. */
public final class SteppedClock extends Clock {
    private final Clock right = Clock.systemUTC();
    private final AtomicReference<Duration> error = new AtomicReference<>(Duration.ZERO);

    /** Puts the clock ahead; back when negative. */
    public void step(Duration by) {
        error.accumulateAndGet(by, Duration::plus);
    }

    @Override
    public Instant instant() {
        return right.instant().plus(error.get());
    }

    @Override
    public ZoneId getZone() {
        return right.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("nobody asks for a zone");
    }
}
