package io.neco.worker.step;

import io.neco.store.MalformedValueException;
import io.neco.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something to wait for. */
@FunctionalInterface
public interface Condition {
    /** How often to look. */
    Duration INTERVAL = Duration.ofMillis(100);

    /** How often to tell that one still waits. */
    Duration TELL_EVERY = Duration.ofSeconds(10);

    /**
     * Looks once.
     *
     * @return what is missing, in words; empty: nothing, the condition holds
     * @throws StoreException when etcd does not answer, which is taken for something missing
     * @throws IOException when there is no use in waiting
     */
    Optional<String> missing() throws IOException, InterruptedException;

    /**
     * Waits until the condition holds.
     *
     * @param what what is waited for, as a noun, e.g. {@code Vault of this server to be unsealed}
     * @param deadline how long to wait
     * @param advice what the operator can do when it does not come
     * @param cancellation ends the wait early
     * @throws IOException when it does not hold within the deadline; the message has {@code what}, what is missing, and the advice
     */
    default void await(String what, Duration deadline, String advice, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        Logger log = LoggerFactory.getLogger(Condition.class);
        long begin = System.nanoTime();
        long told = begin;
        while (true) {
            Optional<String> missing;
            try {
                missing = missing();
            } catch (MalformedValueException e) {
                throw e;
            } catch (StoreException e) {
                missing = Optional.of(String.valueOf(e.getMessage()));
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while waiting for " + what);
            }
            if (missing.isEmpty()) {
                return;
            }
            long now = System.nanoTime();
            if (now - begin > deadline.toNanos()) {
                throw new IOException("gave up waiting for " + what + " after " + deadline.toSeconds() + " s: "
                        + missing.get() + "; " + advice);
            }
            if (now - told > TELL_EVERY.toNanos()) {
                told = now;
                log.atInfo().addKeyValue("missing", missing.get()).log("waiting for " + what);
            }
            cancellation.awaits(what + " (" + missing.get() + ")");
            cancellation.rest(INTERVAL);
        }
    }
}
