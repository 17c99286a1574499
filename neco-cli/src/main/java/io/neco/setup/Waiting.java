package io.neco.setup;

import io.neco.container.ContainerRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for conditions, says what for at once and every few seconds, and gives up at a deadline. */
public final class Waiting {
    private static final Logger log = LoggerFactory.getLogger(Waiting.class);
    /** For servers that may have to pull images first. */
    static final Duration WHILE_OTHERS_PULL = ContainerRuntime.PULL_DEADLINE.plusMinutes(10);

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    private final Duration interval;
    private final Duration tellEvery;

    Waiting() {
        this(System::nanoTime, INTERVAL);
    }

    Waiting(LongSupplier nanoTime, Duration interval) {
        this(nanoTime, interval, TELL_EVERY);
    }

    /**
     * Waits for things that take long.
     *
     * @param nanoTime tells the time, in nanoseconds
     * @param interval between two looks
     * @param tellEvery how often to say what is waited for
     */
    public Waiting(LongSupplier nanoTime, Duration interval, Duration tellEvery) {
        this.nanoTime = nanoTime;
        this.interval = interval;
        this.tellEvery = tellEvery;
    }

    /** What was waited for has not come in time. */
    public static final class GaveUpException extends IOException {
        private static final long serialVersionUID = 1;

        GaveUpException(String message) {
            super(message);
        }
    }

    /** Something that may be there or not. */
    @FunctionalInterface
    public interface Condition<T> {
        /**
         * Looks once.
         *
         * @return what was waited for, or what is missing
         * @throws IOException when waiting is of no use any more
         */
        Look<T> look() throws IOException, InterruptedException;
    }

    /**
     * What was seen.
     *
     * @param value what was waited for; empty: not yet
     * @param missing what is missing, in words, asked for only when it is told; empty text: nothing to tell
     */
    public record Look<T>(Optional<T> value, Supplier<String> missing) {
        /** It is there. */
        public static <T> Look<T> found(T value) {
            return new Look<>(Optional.of(value), () -> "");
        }

        /** It is not there, for want of {@code missing}. */
        public static <T> Look<T> notYet(String missing) {
            return new Look<>(Optional.empty(), () -> missing);
        }

        /** The same, with more to tell of what is missing; {@code more} may take a moment, since it is asked for only now and then. */
        public Look<T> telling(Supplier<String> more) {
            return new Look<>(
                    value,
                    () -> Stream.of(missing.get(), more.get())
                            .filter(text -> !text.isEmpty())
                            .collect(Collectors.joining("; ")));
        }
    }

    /**
     * Looks again and again.
     *
     * @param what what is waited for, e.g. {@code waiting for all servers to finish}
     * @param deadline when to give up
     * @param advice what to do when it does not come
     * @throws GaveUpException when it does not come in time
     * @throws IOException when the condition says that it never will
     */
    public <T> T until(String what, Duration deadline, String advice, Condition<T> condition)
            throws IOException, InterruptedException {
        long begin = nanoTime.getAsLong();
        long lastTold = Long.MIN_VALUE;
        while (true) {
            Look<T> look = condition.look();
            if (look.value().isPresent()) {
                return look.value().get();
            }
            long elapsed = nanoTime.getAsLong() - begin;
            if (elapsed >= deadline.toNanos()) {
                String missing = look.missing().get();
                throw new GaveUpException(what + ": gave up after " + deadline.toSeconds() + " s"
                        + (missing.isEmpty() ? "" : "; missing: " + missing) + "; " + advice);
            }
            if (lastTold == Long.MIN_VALUE || elapsed - lastTold >= tellEvery.toNanos()) {
                lastTold = elapsed;
                tell(what, look.missing().get(), elapsed);
            }
            pause();
        }
    }

    private static void tell(String what, String missing, long elapsed) {
        var event = log.atInfo().addKeyValue("elapsed", Duration.ofSeconds(TimeUnit.NANOSECONDS.toSeconds(elapsed)));
        if (!missing.isEmpty()) {
            event = event.addKeyValue("missing", missing);
        }
        event.log(what);
    }

    private void pause() throws InterruptedException {
        LockSupport.parkNanos(this, interval.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped while waiting");
        }
    }
}
