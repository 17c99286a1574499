package io.neco.daemon;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Counts on from the time of day at which it was made, whatever becomes of that: somebody may set the clock of a host. It tells how long
 * something has lasted, not when it was.
 */
public final class SteadyClock implements InstantSource {
    private final LongSupplier nanoTime;
    private final Instant begin;
    private final long started;

    /** @param timeOfDay where it begins */
    public SteadyClock(InstantSource timeOfDay) {
        this(timeOfDay, System::nanoTime);
    }

    SteadyClock(InstantSource timeOfDay, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begin = timeOfDay.instant();
        this.started = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return begin.plusNanos(nanoTime.getAsLong() - started);
    }
}
