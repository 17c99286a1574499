package io.neco.statesetter;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the scheduled shutdown on a thread of its own while this process leads; runs never overlap. */
final class ShutdownTimer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ShutdownTimer.class);
    /** The clock is looked at that often, since somebody may set it. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private static final Duration END_WITHIN = Duration.ofMillis(200);

    private final Shutdown shutdown;
    private final CronSchedule schedule;
    private final Clock clock;
    private final ZoneId zone;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::serve, "shutdown-schedule");

    private ShutdownTimer(Shutdown shutdown, CronSchedule schedule, Clock clock, ZoneId zone) {
        this.shutdown = shutdown;
        this.schedule = schedule;
        this.clock = clock;
        this.zone = zone;
    }

    /** @param zone of the times in the schedule */
    static ShutdownTimer start(Shutdown shutdown, CronSchedule schedule, Clock clock, ZoneId zone) {
        ShutdownTimer timer = new ShutdownTimer(shutdown, schedule, clock, zone);
        timer.thread.setDaemon(true);
        timer.thread.start();
        return timer;
    }

    private void serve() {
        try {
            while (true) {
                Optional<ZonedDateTime> next = schedule.next(ZonedDateTime.now(clock.withZone(zone)));
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
            shutdown.run(() -> ended.getCount() > 0);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("shutdown; ended because of a mistake in this program");
        }
    }

    /** False when it is to end. */
    private boolean sleepUntil(ZonedDateTime time) throws InterruptedException {
        while (true) {
            Duration left = Duration.between(clock.instant(), time.toInstant());
            if (left.isNegative() || left.isZero()) {
                return ended.getCount() > 0;
            }
            Duration nap = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
            if (ended.await(nap.toMillis() + 1, TimeUnit.MILLISECONDS)) {
                return false;
            }
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
