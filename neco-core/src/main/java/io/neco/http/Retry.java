package io.neco.http;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounded repetition with pauses that double and vary, for what may be repeated without harm.
 *
 * @param attempts how often to try at most, 1 or more
 * @param first the pause after the first failure, at most
 * @param longest no pause is longer
 * @param pause how to wait
 * @param random varies the pauses, so that many hosts do not return at once
 */
public record Retry(int attempts, Duration first, Duration longest, Pause pause, RandomGenerator random) {
    private static final Logger log = LoggerFactory.getLogger(Retry.class);
    /** A server that asks to wait longer has its wish: it is not asked again. */
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(2);

    private static final String ALERT = "Received fatal alert";

    /** A wait that an interrupt ends. */
    @FunctionalInterface
    public interface Pause {
        /** Waits. */
        void rest(Duration duration) throws InterruptedException;

        /** Waits for a latch that is never released, so that only time or an interrupt ends it. */
        static Pause interruptible() {
            return duration -> {
                if (new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IllegalStateException("nobody releases this latch");
                }
            };
        }
    }

    /** What may be tried several times. */
    @FunctionalInterface
    public interface Attempt<T> {
        /** Tries once. */
        T run() throws IOException, InterruptedException;
    }

    /** Checks the numbers. */
    public Retry {
        if (attempts < 1) {
            throw new IllegalArgumentException("at least one attempt is needed, but got " + attempts);
        }
    }

    /** Ten attempts, with pauses of at most 0.5, 1, 2, 4, … 10 seconds. */
    public static Retry standard() {
        return new Retry(
                10,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Pause.interruptible(),
                RandomGenerator.getDefault());
    }

    /**
     * Runs {@code attempt} until it succeeds, fails for good, or the attempts are used up. A server that asks to wait longer than the
     * next pause is obeyed; one that asks for more than two minutes is not asked again.
     *
     * @param what what is attempted, for the log
     * @param isTransient whether it may help to try again
     * @throws IOException the last failure; the earlier ones are suppressed in it
     */
    public <T> T call(String what, Predicate<IOException> isTransient, Attempt<T> attempt)
            throws IOException, InterruptedException {
        return call(what, isTransient, () -> 0, attempt);
    }

    /**
     * The same for what comes further with each attempt, such as a download that goes on where it broke off: the attempts are counted, and
     * the pauses grow, from the last one on that has come further.
     *
     * @param progress how far all attempts have come; it must end somewhere
     */
    public <T> T call(String what, Predicate<IOException> isTransient, LongSupplier progress, Attempt<T> attempt)
            throws IOException, InterruptedException {
        IOException earlier = null;
        long reached = progress.getAsLong();
        int n = 0;
        while (true) {
            try {
                return attempt.run();
            } catch (IOException e) {
                long now = progress.getAsLong();
                n = now > reached ? 1 : n + 1;
                reached = Math.max(now, reached);
                if (n == attempts || !isTransient.test(e) || asksForTooMuch(e)) {
                    if (earlier != null && earlier != e) {
                        e.addSuppressed(earlier);
                    }
                    throw e;
                }
                earlier = e;
                Duration wait = wait(n);
                Duration asked = asked(e);
                if (asked.compareTo(wait) > 0) {
                    wait = asked;
                }
                log.atWarn()
                        .addKeyValue("attempt", n)
                        .addKeyValue("error", e)
                        .addKeyValue("next_in", wait)
                        .log(what + " failed, trying again");
                pause.rest(wait);
            }
        }
    }

    private static boolean asksForTooMuch(IOException error) {
        return asked(error).compareTo(LONGEST_ASKED) > 0;
    }

    private static Duration asked(IOException error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof HttpStatusException answer) {
                return answer.retryAfter().orElse(Duration.ZERO);
            }
        }
        return Duration.ZERO;
    }

    /** The pause after the {@code n}th failure: half to the whole of {@code first} doubled n - 1 times, at most {@code longest}. */
    Duration wait(int n) {
        double nanos = first.toNanos() * Math.pow(2, n - 1);
        double bounded = Math.min(nanos, (double) longest.toNanos());
        return Duration.ofMillis((long) (bounded * (0.5 + random.nextDouble() / 2) / 1e6));
    }

    /**
     * Whether a failure may pass by itself: network errors, and a server or proxy that is overloaded or broken. Refusals (status 4xx, a proxy's redirects, TLS alerts),
     * untrusted certificates and trouble with local files do not. A connection that ends in the handshake is a network error: that is how
     * a server or proxy looks that is being restarted.
     */
    public static boolean isTransient(IOException error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof HttpStatusException answer) {
                return isTransient(answer.status());
            }
            if (e instanceof TunnelRefusedException refusal) {
                return isTransient(refusal.status());
            }
            if (e instanceof FileSystemException
                    || e instanceof LocalFileException
                    || e instanceof WrongContentException
                    || e instanceof CertificateException
                    || e instanceof SSLPeerUnverifiedException
                    || isRefusal(e)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTransient(int status) {
        return status >= 500 || status == 408 || status == 429;
    }

    /** The JDK has one exception for a handshake that was refused and one that was cut; only the first quotes an alert of the other side. */
    private static boolean isRefusal(Throwable error) {
        return error instanceof SSLHandshakeException
                && String.valueOf(error.getMessage()).contains(ALERT);
    }
}
