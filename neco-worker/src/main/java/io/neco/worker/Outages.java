package io.neco.worker;

import io.neco.store.EtcdConfigException;
import io.neco.store.MalformedValueException;
import io.neco.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats what etcd did not answer until it does, and tells of an outage once when it begins and once when it ends. */
final class Outages {
    private static final Logger log = LoggerFactory.getLogger(Outages.class);
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final CountDownLatch never = new CountDownLatch(1);

    /**
     * Calls until there is an answer.
     *
     * @param what for the log
     * @param call harmless to repeat
     * @throws MalformedValueException when the answer cannot be understood: asking again would not help
     * @throws InterruptedException when the thread is interrupted
     */
    <T> T survive(String what, Supplier<T> call) throws InterruptedException {
        long begin = System.nanoTime();
        boolean isOut = false;
        Duration pause = FIRST;
        while (true) {
            try {
                T answer = call.get();
                if (isOut) {
                    log.atInfo()
                            .addKeyValue("seconds", (System.nanoTime() - begin) / 1e9)
                            .log("etcd answers again");
                }
                return answer;
            } catch (MalformedValueException | EtcdConfigException e) {
                throw e;
            } catch (StoreException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException(what + " was interrupted");
                }
                if (!isOut) {
                    isOut = true;
                    log.atWarn()
                            .addKeyValue("attempted", what)
                            .addKeyValue("error", e.getMessage())
                            .log("etcd does not answer, trying again until it does");
                }
            }
            if (never.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody releases this latch");
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        }
    }

    /** As {@link #survive(String, Supplier)}, without an answer. */
    void survive(String what, Runnable call) throws InterruptedException {
        survive(what, () -> {
            call.run();
            return true;
        });
    }
}
