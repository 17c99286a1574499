package io.neco.cli;

import io.neco.time.GoDuration;
import java.time.Duration;

/** Values of options that say how long something may take. */
final class TimeLimit {
    private TimeLimit() {}

    /**
     * Reads one.
     *
     * @param option its name, for messages
     * @throws UsageException when it is no duration, or none of more than 0; the message names option and value
     */
    static Duration parse(String option, String value) {
        Duration limit;
        try {
            limit = GoDuration.parse(value);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + " " + value + " is not a duration such as 10m: " + e.getMessage());
        }
        if (limit.isNegative() || limit.isZero()) {
            throw new UsageException(option + " " + value + " is not allowed; give more than 0");
        }
        return limit;
    }
}
