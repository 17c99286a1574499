package io.neco.statesetter;

import io.neco.daemon.Outage;
import io.neco.http.Retry;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands for election again and again, and looks at the machines while it leads; source: pkg/sabakan-state-setter/controller.go at 1eec387. */
final class StateSetter {
    private static final Logger log = LoggerFactory.getLogger(StateSetter.class);
    private final NecoStore store;
    private final String hostName;
    private final Duration timeToLive;
    private final Duration interval;
    private final Supplier<Round> rounds;
    private final Shutdown shutdown;
    private final Optional<CronSchedule> schedule;
    private final OwnMetrics metrics;
    private final Clock clock;
    private final Outage outage;

    /**
     * A state setter.
     *
     * @param store etcd
     * @param hostName the candidate's value
     * @param timeToLive of the candidate's lease
     * @param interval between looks at the machines
     * @param rounds makes what looks at them, anew for each leadership: what it remembers of machines is of one leadership
     * @param shutdown switches retired machines off
     * @param schedule when; empty: never
     */
    StateSetter(
            NecoStore store,
            String hostName,
            Duration timeToLive,
            Duration interval,
            Supplier<Round> rounds,
            Shutdown shutdown,
            Optional<CronSchedule> schedule,
            OwnMetrics metrics,
            Clock clock) {
        this.store = store;
        this.hostName = hostName;
        this.timeToLive = timeToLive;
        this.interval = interval;
        this.rounds = rounds;
        this.shutdown = shutdown;
        this.schedule = schedule;
        this.metrics = metrics;
        this.clock = clock;
        this.outage = new Outage(clock);
    }

    /** Runs until the thread is interrupted; the leadership, if any, is given up before the return. */
    void run() throws InterruptedException {
        while (true) {
            Leadership leadership;
            try {
                leadership =
                        store.campaign(ElectionName.SABAKAN_STATE_SETTER, hostName, timeToLive, NecoStore.NO_LIMIT);
            } catch (StoreException e) {
                Retry.Pause.interruptible().rest(outage.failed(e));
                continue;
            }
            outage.over();
            try (leadership) {
                lead(leadership);
            } finally {
                metrics.leads(false);
            }
            log.warn("lost the leadership");
        }
    }

    private void lead(Leadership leadership) throws InterruptedException {
        log.atInfo().addKeyValue("session", Long.toString(leadership.leaseId())).log("I am the leader");
        metrics.leads(true);
        CountDownLatch lost = new CountDownLatch(1);
        var unused = leadership.lost().thenRun(lost::countDown);
        if (schedule.isEmpty()) {
            log.info("skip to start shutdown cron job");
            look(leadership, lost);
            return;
        }
        log.atInfo().addKeyValue("schedule", schedule.get()).log("start shutdown cron job");
        try (ShutdownTimer timer =
                ShutdownTimer.start(shutdown, leadership::isHeld, schedule.get(), clock, ZoneId.systemDefault())) {
            look(leadership, lost);
        }
    }

    /** Looks at the machines once in each interval, first after one; what takes longer makes it miss some. */
    private void look(Leadership leadership, CountDownLatch lost) throws InterruptedException {
        try (Round round = rounds.get()) {
            long next = System.nanoTime() + interval.toNanos();
            while (!lost.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                // not the news of a loss, which this program may not have heard yet when it has just stood still
                round.run(leadership::isHeld);
                do {
                    next += interval.toNanos();
                } while (next - System.nanoTime() < 0);
            }
        }
    }
}
