package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.release.NecoRelease;
import io.neco.release.ReleaseFeedException;
import io.neco.store.LeaderKey;
import io.neco.store.LostLeadershipException;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for newer releases during one leadership and records them; source: updater/release_checker.go at 1eec387. It looks at once when
 * it starts and when settings change, then after each interval; after failures it lets the pauses grow.
 */
final class ReleaseChecker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReleaseChecker.class);
    /** After failures the pauses grow to ten intervals, but not beyond ten minutes because of that. */
    private static final int MOST_INTERVALS = 10;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    /** GitHub's limits end within an hour. What is asked beyond that comes of a clock that is wrong, ours or the server's. */
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);

    private static final Duration AFTER_STORE_FAILURE = Duration.ofSeconds(5);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration END_WAIT = Duration.ofMillis(200);

    private final NecoStore store;
    private final LeaderKey leader;
    private final ReleaseSource source;
    private final Clock clock;
    private final TermEvents events;
    private final Outage outage;
    private final Outage writes;
    private final Thread thread = new Thread(this::run, "release-checker");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Settings settings;
    private boolean isNew;
    private boolean isLooking;
    private boolean isClosed;

    // owned by the thread
    private int failures;
    private String lastComplaint = "";
    private String lastFound = "";
    /** The releases that were warned of, once during this leadership. */
    private final Set<String> passedOver = new HashSet<>();

    ReleaseChecker(
            NecoStore store, LeaderKey leader, ReleaseSource source, Clock clock, TermEvents events, Outage outage) {
        this.store = store;
        this.leader = leader;
        this.source = source;
        this.clock = clock;
        this.events = events;
        this.outage = outage;
        this.writes = Outage.ofWrites(clock);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, mistake) -> events.fail(mistake));
    }

    /** Looks by these settings from now on, and at once; what is asked by others is given up. Starts the checker at the first call. */
    void configure(Settings given) {
        lock.lock();
        try {
            boolean isFirst = settings == null;
            settings = given;
            isNew = true;
            changed.signalAll();
            if (isFirst) {
                thread.start();
            } else if (isLooking) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            Optional<Settings> current = await(Duration.ZERO);
            while (current.isPresent() && !events.isEnded()) {
                current = await(check(current.get()));
            }
        } catch (InterruptedException e) {
            log.trace("release checker is closed", e);
        } catch (LostLeadershipException e) {
            events.end();
        }
    }

    /** Waits until the time is over or settings changed; empty when closed. */
    private Optional<Settings> await(Duration pause) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(pause.toMillis());
            while (!isClosed && !isNew && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (isNew) {
                failures = 0;
                lastComplaint = "";
            }
            isNew = false;
            return isClosed ? Optional.empty() : Optional.ofNullable(settings);
        } finally {
            lock.unlock();
        }
    }

    /** Looks once; returns how long to wait before the next time. */
    private Duration check(Settings by) throws InterruptedException {
        try {
            Optional<Offer> newest = look(by);
            if (newest.isPresent() && !isOutdated()) {
                record(newest.get());
            }
            failures = 0;
            return atLeast(by.checkInterval(), SHORTEST_PAUSE);
        } catch (ReleaseFeedException e) {
            failures++;
            Duration asked = e.retryAt()
                    .map(at -> Duration.between(clock.instant(), at).plusSeconds(1))
                    .orElse(Duration.ZERO);
            return pauseAfter(failures, by.checkInterval(), asked);
        } catch (LostLeadershipException e) {
            throw e;
        } catch (StoreException e) {
            log.debug("the look at the release server was for nothing", e);
            return AFTER_STORE_FAILURE;
        } catch (RuntimeException e) {
            complain("cannot look for releases", e);
            return atLeast(by.checkInterval(), SHORTEST_PAUSE);
        }
    }

    /** Asks the release server; empty, too, when the settings change meanwhile, which ends the question. */
    private Optional<Offer> look(Settings by) throws ReleaseFeedException, InterruptedException {
        if (!beginLook()) {
            return Optional.empty();
        }
        try {
            return source.newest(by);
        } catch (ReleaseFeedException | InterruptedException | RuntimeException e) {
            if (isOutdated()) {
                log.debug("settings have changed, what was asked by those before is given up", e);
                return Optional.empty();
            }
            throw e;
        } finally {
            endLook();
        }
    }

    /** From now on changed settings interrupt this thread. */
    private boolean beginLook() {
        lock.lock();
        try {
            isLooking = !isOutdated();
            return isLooking;
        } finally {
            lock.unlock();
        }
    }

    private void endLook() {
        lock.lock();
        try {
            isLooking = false;
            if (isNew) {
                var unused =
                        Thread.interrupted(); // it may have come too late to be noticed, and is not for what comes next
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the settings of the present look are not the ones in force any more. */
    private boolean isOutdated() {
        lock.lock();
        try {
            return isNew || isClosed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How long to wait after failures.
     *
     * @param failures how many in a row, 1 or more
     * @param interval between looks that succeed
     * @param asked how long the release server wants us to wait; an hour of it counts at most
     */
    static Duration pauseAfter(int failures, Duration interval, Duration asked) {
        Duration grown = interval.multipliedBy(Math.min(1L << Math.min(failures - 1, 10), MOST_INTERVALS));
        Duration pause = grown.compareTo(LONGEST_PAUSE) < 0 ? grown : atLeast(interval, LONGEST_PAUSE);
        Duration obeyed = asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED;
        return atLeast(atLeast(pause, obeyed), SHORTEST_PAUSE);
    }

    private static Duration atLeast(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void record(Offer offer) {
        String newest = offer.version();
        String current = recorded();
        if (newest.equals(current)) {
            writes.over();
            lastComplaint = "";
            return;
        }
        NecoRelease known;
        try {
            known = NecoRelease.parse(current);
        } catch (IllegalArgumentException e) {
            complain(
                    "cannot tell whether release " + newest + " is newer than what info/neco-release holds; is a"
                            + " development version installed?",
                    e);
            return;
        }
        NecoRelease found;
        try {
            found = NecoRelease.parse(newest);
        } catch (IllegalArgumentException e) {
            complain(
                    "the release server offers something that is no release",
                    new IllegalArgumentException(offer.complaint(String.valueOf(e.getMessage())), e));
            return;
        }
        if (!found.isNewerThan(known)) {
            tellOlder(newest, current, found.isPassedOverAfter(known));
            return;
        }
        if (isOutdated()) {
            return;
        }
        if (!newest.equals(lastFound)) {
            log.atInfo().addKeyValue("version", newest).log("found a new neco release");
        }
        lastFound = newest;
        write(newest);
        lastComplaint = "";
    }

    private void tellOlder(String newest, String current, boolean isPassedOver) {
        String pair = newest + " " + current;
        if (isPassedOver) {
            if (passedOver.add(newest)) {
                log.atWarn()
                        .addKeyValue("latest", newest)
                        .addKeyValue("current", current)
                        .log("got neco release of a later day that is never installed, since its number is not larger;"
                                + " publish it again with a larger number behind the hyphen");
            }
        } else if (!pair.equals(lastComplaint)) {
            log.atInfo()
                    .addKeyValue("latest", newest)
                    .addKeyValue("current", current)
                    .log("got neco release with older version");
        }
        lastComplaint = pair;
    }

    private String recorded() {
        try {
            String current = store.necoRelease();
            outage.over();
            return current;
        } catch (StoreException e) {
            outage.failed(e);
            throw e;
        }
    }

    /** Writes once. When it is not known whether that took effect, the next look will tell. */
    private void write(String release) {
        try {
            store.putNecoRelease(release, leader);
            writes.over();
        } catch (LostLeadershipException e) {
            throw e;
        } catch (StoreException e) {
            writes.failed(e);
            throw e;
        }
    }

    /** Logs the same complaint once. */
    private void complain(String what, RuntimeException e) {
        String complaint = what + e.getMessage();
        if (!complaint.equals(lastComplaint)) {
            if (e instanceof IllegalArgumentException) {
                log.atError().addKeyValue("error", e.getMessage()).log(what);
            } else {
                log.atError().setCause(e).log(what);
            }
        }
        lastComplaint = complaint;
    }

    /** Ends the checker; a request under way is cancelled. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(END_WAIT.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
