package io.neco.container;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides whether a pull that failed is tried again. A registry that cannot be reached may be back soon, e.g. when it or a switch is restarted,
 * and is waited for; another answer is not likely to change, so that there are three attempts.
 */
final class PullRetry {
    /** How long a registry that cannot be reached is waited for. */
    static final Duration OUTAGE = Duration.ofMinutes(1);

    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /**
     * How the engine tells that it got no answer of the registry, or one of a server in front of it. "No such host" is not among them: so says
     * a name server that answers, of a name that is misspelt.
     */
    private static final Pattern UNREACHABLE = Pattern.compile(
            "unable to connect|connection refused|connection reset|connection timed out|broken pipe|no route to host|host is unreachable"
                    + "|network is unreachable|i/o timeout|client\\.timeout exceeded|context deadline exceeded|tls handshake timeout"
                    + "|server misbehaving|temporary failure in name resolution|\\beof\\b"
                    + "|internal server error|bad gateway|service unavailable|gateway time-?out");

    private PullRetry() {}

    /**
     * How long to wait before the next attempt; empty when there should be none.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param outage since the first failure
     * @param elapsed since the first attempt began, which may have pulled for a long time before it failed
     * @param deadline for all attempts
     * @param error what the engine said
     */
    static Optional<Duration> pauseAfter(
            int attempt, Duration outage, Duration elapsed, Duration deadline, String error) {
        Duration pause = FIRST_PAUSE;
        for (int i = 1; i < attempt && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        boolean isOutage = isUnreachable(error) && outage.plus(pause).compareTo(OUTAGE) < 0;
        boolean isWorthIt = isOutage || attempt < ATTEMPTS;
        return isWorthIt && elapsed.plus(pause).compareTo(deadline) < 0 ? Optional.of(pause) : Optional.empty();
    }

    /** Whether the engine's words mean that the registry cannot be reached at present. */
    static boolean isUnreachable(String error) {
        return UNREACHABLE.matcher(error.toLowerCase(Locale.ROOT)).find();
    }
}
