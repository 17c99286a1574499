package io.neco.worker;

import java.time.Duration;

/**
 * How long to rest after failures in a row: each time twice as long as the time before.
 *
 * @param first after the first one
 * @param longest after any
 */
record BackOff(Duration first, Duration longest) {

    /**
     * How long to rest.
     *
     * @param failures how many there have been, from 1
     */
    Duration after(int failures) {
        Duration rest = first;
        for (int i = 1; i < failures && rest.compareTo(longest) < 0; i++) {
            rest = rest.multipliedBy(2);
        }
        return rest.compareTo(longest) < 0 ? rest : longest;
    }
}
