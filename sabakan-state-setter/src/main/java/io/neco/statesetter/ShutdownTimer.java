package io.neco.statesetter;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the scheduled shutdown on a thread of its own while this process leads; runs never overlap. */
final class ShutdownTimer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ShutdownTimer.class);
    /** The clock is looked at that often, since somebody may set it. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private static final Duration END_WITHIN = Duration.ofMillis(200);

    private final Shutdown shutdown;
    private final BooleanSupplier isLeading;
    private final CronSchedule schedule;
    private final Clock clock;
    private final ZoneId zone;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::serve, "shutdown-schedule");

    private ShutdownTimer(
            Shutdown shutdown, BooleanSupplier isLeading, CronSchedule schedule, Clock clock, ZoneId zone) {
        this.shutdown = shutdown;
        this.isLeading = isLeading;
        this.schedule = schedule;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Begins to wait.
     *
     * @param isLeading asked before each machine: nothing more is switched off when this process does not lead any more
     * @param zone of the times in the schedule
     */
    static ShutdownTimer start(
            Shutdown shutdown, BooleanSupplier isLeading, CronSchedule schedule, Clock clock, ZoneId zone) {
        ShutdownTimer timer = new ShutdownTimer(shutdown, isLeading, schedule, clock, zone);
        timer.thread.setDaemon(true);
        timer.thread.start();
        return timer;
    }

    private void serve() {
        try {
            while (true) {
                Optional<ZonedDateTime> next = schedule.next(now());
                if (next.isEmpty()) {
                    log.atWarn()
                            .addKeyValue("schedule", schedule)
                            .log("shutdown; the schedule names no day that comes");
                    return;
                }
                log.atDebug().addKeyValue("next", next.get()).log("shutdown; waiting");
                if (!sleepUntil(next.get())) {
                    return;
                }
                run();
            }
        } catch (InterruptedException e) {
            log.trace("the schedule ends", e);
        }
    }

    private void run() throws InterruptedException {
        try {
            shutdown.run(() -> isLeading.getAsBoolean() && ended.getCount() > 0);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("shutdown; ended because of a mistake in this program");
        }
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(zone);
    }

    /** What was planned while the clock was ahead comes too late; the sooner of that and what the schedule says at {@code now}. */
    static ZonedDateTime planned(ZonedDateTime before, CronSchedule schedule, ZonedDateTime now) {
        return schedule.next(now).filter(next -> next.isBefore(before)).orElse(before);
    }

    /** False when it is to end. */
    private boolean sleepUntil(ZonedDateTime time) throws InterruptedException {
        ZonedDateTime planned = time;
        while (true) {
            ZonedDateTime now = now();
            Duration left = Duration.between(now, planned);
            if (left.isNegative() || left.isZero()) {
                return ended.getCount() > 0;
            }
            Duration nap = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
            if (ended.await(nap.toMillis() + 1, TimeUnit.MILLISECONDS)) {
                return false;
            }
            planned = planned(planned, schedule, now);
        }
    }

    /** Ends it; a command under way is killed. */
    @Override
    public void close() {
        ended.countDown();
        thread.interrupt();
        boolean isInterrupted = Thread.interrupted();
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
