package io.neco.daemon;

import io.neco.http.Retry;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdConfigException;
import io.neco.store.EtcdStore;
import io.neco.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of an outage of etcd twice: when it begins and when it is over. Also says how long to wait before the next attempt. */
public final class Outage {
    private static final Logger log = LoggerFactory.getLogger(Outage.class);
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Clock clock;
    private final String begins;
    private final String ends;
    private @Nullable Instant since;
    private int failures;

    /** @param clock tells how long an outage lasted */
    public Outage(Clock clock) {
        this(clock, "etcd does not serve us, trying again until it does", "etcd serves us again");
    }

    private Outage(Clock clock, String begins, String ends) {
        this.clock = clock;
        this.begins = begins;
        this.ends = ends;
    }

    /**
     * An outage of writes alone: etcd answers what it is asked, but has no room or gives no permission. That a read succeeds is not its end.
     *
     * @param clock tells how long an outage lasted
     */
    public static Outage ofWrites(Clock clock) {
        return new Outage(clock, "etcd takes no writes, trying again until it does", "etcd takes writes again");
    }

    /**
     * Opens etcd as soon as it can be reached: at boot everything starts at the same time.
     *
     * @param clock tells how long an outage lasted
     * @throws EtcdConfigException when the configuration cannot be used
     */
    public static EtcdStore awaitStore(EtcdConfig config, Clock clock) throws InterruptedException {
        Outage outage = new Outage(clock);
        while (true) {
            try {
                EtcdStore store = EtcdStore.open(config);
                outage.over();
                return store;
            } catch (EtcdConfigException e) {
                throw e;
            } catch (StoreException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                Retry.Pause.interruptible().rest(outage.failed(e));
            }
        }
    }

    /** A call failed; returns how long to wait before the next. */
    public synchronized Duration failed(StoreException error) {
        if (since == null && !Thread.currentThread().isInterrupted()) {
            since = clock.instant();
            log.atError().addKeyValue("error", error).log(begins);
        }
        Duration wait = FIRST.multipliedBy(1L << Math.min(failures, 10));
        failures++;
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }

    /** A call succeeded. */
    public synchronized void over() {
        if (since != null) {
            log.atInfo()
                    .addKeyValue("lasted", Duration.between(since, clock.instant()))
                    .log(ends);
            since = null;
        }
        failures = 0;
    }
}
