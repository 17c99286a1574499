package io.neco.store;

import java.time.Duration;

/** A point on the JVM's monotonic clock by which something must be over. */
record Deadline(long nanoTime) {

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    boolean isOver() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /** The shorter of {@code duration} and what remains, at least a millisecond. */
    Duration atMost(Duration duration) {
        Duration remaining = remaining();
        Duration shorter = duration.compareTo(remaining) < 0 ? duration : remaining;
        return shorter.toMillis() < 1 ? Duration.ofMillis(1) : shorter;
    }
}
