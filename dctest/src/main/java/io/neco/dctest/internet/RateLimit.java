package io.neco.dctest.internet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** GitHub's primary rate limit: so many requests per client in a window of one hour that starts with the first one. */
final class RateLimit {
    private static final Duration WINDOW = Duration.ofHours(1);

    private final Clock clock;
    private final Map<String, State> windows = new ConcurrentHashMap<>();

    /**
     * Where a client stands.
     *
     * @param limit requests per window
     * @param used requests of this window so far
     * @param reset when the next window may start
     */
    record State(long limit, long used, Instant reset) {
        long remaining() {
            return Math.max(0, limit - used);
        }

        Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            json.put("limit", limit);
            json.put("used", Math.min(used, limit));
            json.put("remaining", remaining());
            json.put("reset", reset.getEpochSecond());
            return json;
        }

        Reply stamp(Reply reply) {
            return reply.with("X-RateLimit-Limit", Long.toString(limit))
                    .with("X-RateLimit-Remaining", Long.toString(remaining()))
                    .with("X-RateLimit-Reset", Long.toString(reset.getEpochSecond()))
                    .with("X-RateLimit-Used", Long.toString(Math.min(used, limit)))
                    .with("X-RateLimit-Resource", "core");
        }
    }

    RateLimit(Clock clock) {
        this.clock = clock;
    }

    /** Counts {@code cost} requests (0 or 1) of a client and tells where it stands afterwards. */
    State count(String client, long limit, int cost) {
        var now = clock.instant();
        return windows.compute(
                client,
                (key, old) -> old == null || !old.reset().isAfter(now)
                        ? new State(limit, cost, now.plus(WINDOW))
                        : new State(limit, old.used() + cost, old.reset()));
    }
}
