package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.store.LeaderKey;
import io.neco.store.LostLeadershipException;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.store.StoreException;
import io.neco.update.Stragglers;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out {@link NextAction}s for as long as the leadership lasts; source: updater/server.go at 1eec387.
 *
 * <p>Where the reference ends itself, this loop stays: it waits for etcd to serve again, or for the key that makes no sense to change.
 */
final class UpdateLoop {
    private static final Logger log = LoggerFactory.getLogger(UpdateLoop.class);
    /** How long to trust that the repair of a malformed value makes itself heard. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final NecoStore store;
    private final LeaderKey leader;
    private final TermEvents events;
    private final SettingsReader settings;
    private final Outbox outbox;
    private final Outage outage;
    private final Outage writes;
    private final Clock clock;
    private final InstantSource steady;
    private Progress progress = Progress.none();
    /** The update whose workers this leader has waited for. */
    private Optional<UpdateRequest> watched = Optional.empty();

    /** The update whose completion was seen; with nobody to tell then, it is not told later. */
    private Optional<UpdateRequest> completed = Optional.empty();

    /** What has been told of, but could not be written yet. */
    private Optional<NextAction> unwritten = Optional.empty();

    private String lastComplaint = "";

    UpdateLoop(
            NecoStore store,
            LeaderKey leader,
            TermEvents events,
            SettingsReader settings,
            Outbox outbox,
            Outage outage,
            Clocks clocks) {
        this.store = store;
        this.leader = leader;
        this.events = events;
        this.settings = settings;
        this.outbox = outbox;
        this.outage = outage;
        this.writes = Outage.ofWrites(clocks.timeOfDay());
        this.clock = clocks.timeOfDay();
        this.steady = clocks.steady();
    }

    /**
     * Runs until the leadership is lost or the thread is interrupted; it never returns otherwise.
     *
     * @throws TermEndedException when a write is refused, too
     */
    void run() throws InterruptedException, TermEndedException {
        while (true) {
            Snapshot snapshot;
            try {
                snapshot = store.snapshot();
                outbox.refresh();
            } catch (MalformedValueException e) {
                outage.over();
                complain(e.getMessage());
                awaitAnything();
                continue;
            } catch (LostLeadershipException e) {
                throw new TermEndedException();
            } catch (StoreException e) {
                outbox.doubt();
                events.pause(outage.failed(e));
                continue;
            }
            outage.over();
            if (!isWritten(() -> noteSuccess(snapshot))) {
                continue;
            }
            Instant now = steady.instant();
            progress = progress.with(snapshot, now, clock.instant());
            NextAction action = NextAction.decide(snapshot, settings.current().workerTimeout(), progress.since(), now);
            if (!unwritten.equals(Optional.of(action))) {
                tellAction(action, snapshot);
            }
            if (!(action instanceof NextAction.Fail)) {
                lastComplaint = "";
            }
            carryOut(action, snapshot);
        }
    }

    private void carryOut(NextAction action, Snapshot snapshot) throws InterruptedException, TermEndedException {
        Optional<Proposal> proposal = Proposal.of(action, clock.instant().atOffset(ZoneOffset.UTC));
        if (proposal.isPresent()) {
            unwritten = isWritten(() -> write(proposal.get())) ? Optional.empty() : Optional.of(action);
            return;
        }
        if (action instanceof NextAction.WaitWorkers wait) {
            watched = Optional.of(wait.request());
            if (!isWritten(() -> outbox.noteWatched(wait.request()))) {
                unwritten = Optional.of(action);
                return;
            }
        }
        writes.over(); // nothing is left to write: what was tried took effect, or is not wanted any more
        unwritten = Optional.empty();
        if (action instanceof NextAction.Fail fail) {
            complain(fail.message());
        }
        await(Waiting.after(action, snapshot, progress));
    }

    /** Before anything else is written: what comes next may replace the request. */
    private void noteSuccess(Snapshot snapshot) {
        if (snapshot.request().isEmpty() || snapshot.request().equals(completed)) {
            return;
        }
        UpdateRequest request = snapshot.request().get();
        if (!request.stop()
                && !request.servers().isEmpty()
                && UpdateProgress.isCompleted(request.version(), request.servers(), snapshot.statuses())
                && !UpdateProgress.isAborted(request.version(), snapshot.statuses())) {
            outbox.noteSuccess(request, watched.equals(snapshot.request()));
            completed = snapshot.request();
        }
    }

    private void write(Proposal proposal) {
        List<UpdateNotice> owed = outbox.owed(proposal);
        store.putRequest(proposal.request(), proposal.isFresh(), owed, leader);
        writes.over();
        outbox.written(owed);
    }

    /** Writes once. When it is not known whether that took effect, the next snapshot will tell. */
    private boolean isWritten(Runnable write) throws InterruptedException, TermEndedException {
        try {
            write.run();
            return true;
        } catch (LostLeadershipException e) {
            throw new TermEndedException();
        } catch (StoreException e) {
            outbox.doubt();
            events.pause(writes.failed(e));
            return false;
        }
    }

    /** Waits until what the wait is for has happened, or takes too long; changed settings are taken up, and may move the deadline. */
    private void await(Waiting begun) throws InterruptedException, TermEndedException {
        Waiting waiting = begun;
        while (true) {
            Duration left = until(waiting.deadline(settings.current().workerTimeout()));
            if (left.isNegative()) {
                return;
            }
            Optional<StoreEvent> event = events.next(left);
            if (event.isEmpty() || isTakenUp(event.get())) {
                continue;
            }
            Waiting.Hearing hearing = waiting.hear(event.get(), steady.instant());
            progress = hearing.waiting().progress();
            if (waiting.action() instanceof NextAction.WaitWorkers wait) {
                hearing.news().forEach(news -> tell(wait.request(), news));
            }
            if (hearing.isOver()) {
                return;
            }
            waiting = hearing.waiting();
        }
    }

    private static void tell(UpdateRequest request, Waiting.News news) {
        if (news instanceof Waiting.News.Finished finished) {
            log.atInfo()
                    .addKeyValue("version", request.version())
                    .addKeyValue("lrn", finished.lrn())
                    .log("worker finished updating");
        } else if (news instanceof Waiting.News.AllFinished) {
            log.atInfo()
                    .addKeyValue("version", request.version())
                    .addKeyValue("servers", request.servers())
                    .log("all worker finished updating");
        }
    }

    private void tellAction(NextAction action, Snapshot snapshot) {
        if (action instanceof NextAction.Stop stop) {
            tellStop(stop, snapshot);
        }
        log.atInfo().addKeyValue("action", action.logName()).log("next action");
    }

    private void tellStop(NextAction.Stop stop, Snapshot snapshot) {
        UpdateRequest request = stop.request();
        OptionalInt culprit = UpdateProgress.culprit(request.version(), snapshot.statuses());
        if (culprit.isPresent()) {
            UpdateStatus status = Objects.requireNonNull(snapshot.statuses().get(culprit.getAsInt()));
            log.atWarn()
                    .addKeyValue("version", request.version())
                    .addKeyValue("lrn", culprit.getAsInt())
                    .addKeyValue("step", status.step())
                    .addKeyValue("reason", status.message())
                    .log("worker failed updating");
            return;
        }
        log.atWarn()
                .addKeyValue("version", request.version())
                .addKeyValue("started_at", request.startedAt())
                .addKeyValue("timeout", settings.current().workerTimeout())
                .addKeyValue(
                        "waited", Stragglers.of(request, snapshot.statuses()).inWords())
                .log("workers take too long for update");
    }

    /** Takes changed settings up. Whether that is all the event means. */
    private boolean isTakenUp(StoreEvent event) throws InterruptedException, TermEndedException {
        if (event instanceof StoreEvent.ConfigChanged change) {
            settings.reload(change.key());
            return true;
        }
        if (event instanceof StoreEvent.Missed) {
            settings.reload("config/");
        }
        return false;
    }

    private Duration until(Instant deadline) {
        return deadline.equals(Instant.MAX) ? LOOK_AGAIN : Duration.between(steady.instant(), deadline);
    }

    /** Waits until something changes, or a while. */
    private void awaitAnything() throws InterruptedException, TermEndedException {
        Optional<StoreEvent> event = events.next(LOOK_AGAIN);
        if (event.isPresent()) {
            isTakenUp(event.get());
        }
    }

    private void complain(@Nullable String message) {
        String complaint = String.valueOf(message);
        if (!complaint.equals(lastComplaint)) {
            log.atError()
                    .addKeyValue("error", complaint)
                    .log("what is stored in etcd makes no sense; waiting until it is repaired");
        }
        lastComplaint = complaint;
    }
}
