package io.neco.updater;

import io.neco.daemon.SteadyClock;
import java.time.Clock;
import java.time.InstantSource;

/**
 * What tells an updater the time.
 *
 * @param timeOfDay dates what it writes; somebody may set it
 * @param steady tells how long something has lasted, whatever becomes of the time of day
 */
record Clocks(Clock timeOfDay, InstantSource steady) {

    /** The time of day, and a count that begins with it. */
    static Clocks of(Clock timeOfDay) {
        return new Clocks(timeOfDay, new SteadyClock(timeOfDay));
    }
}
