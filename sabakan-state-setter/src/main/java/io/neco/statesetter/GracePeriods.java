package io.neco.statesetter;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Since when machines are unhealthy, so that sabakan is told of it only when it lasts. It is forgotten with the leadership. Source:
 * pkg/sabakan-state-setter/controller.go at 1eec387.
 */
final class GracePeriods {
    private final Map<String, Instant> since = new HashMap<>();
    /** Those of them that sabakan is to be told of; it may refuse that. */
    private final Set<String> over = new HashSet<>();

    /**
     * The machine was found unhealthy. Whether that has lasted longer than {@code grace}; never when it is the first time.
     *
     * @param serial of the machine
     * @param now by a clock that nobody sets
     */
    boolean isOver(String serial, Duration grace, Instant now) {
        Instant first = since.putIfAbsent(serial, now);
        boolean isOver = first != null && first.plus(grace).isBefore(now);
        if (isOver) {
            over.add(serial);
        } else {
            over.remove(serial);
        }
        return isOver;
    }

    /** The machine was found otherwise. */
    void clear(String serial) {
        since.remove(serial);
        over.remove(serial);
    }

    /** Forgets machines that are gone. */
    void keepOnly(Set<String> serials) {
        since.keySet().retainAll(serials);
        over.retainAll(serials);
    }

    /** How many machines are within their grace period. */
    int size() {
        return since.size() - over.size();
    }
}
