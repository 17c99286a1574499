package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.notify.Notification;
import io.neco.notify.Notification.Kind;
import io.neco.store.LeaderKey;
import io.neco.store.LostLeadershipException;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.store.StoreException;
import io.neco.time.GoDuration;
import io.neco.update.UpdateRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
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
    private final Notifications notifications;
    private final Outage outage;
    private final Clock clock;
    /** A written request whose acknowledgement was lost. */
    private @Nullable Proposal unsure;

    private String lastComplaint = "";

    UpdateLoop(
            NecoStore store,
            LeaderKey leader,
            TermEvents events,
            SettingsReader settings,
            Notifications notifications,
            Outage outage,
            Clock clock) {
        this.store = store;
        this.leader = leader;
        this.events = events;
        this.settings = settings;
        this.notifications = notifications;
        this.outage = outage;
        this.clock = clock;
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
            } catch (MalformedValueException e) {
                outage.over();
                complain(e.getMessage());
                awaitAnything();
                continue;
            } catch (StoreException e) {
                events.pause(outage.failed(e));
                continue;
            }
            outage.over();
            settleUnsure(snapshot);
            NextAction action = NextAction.decide(snapshot, settings.current().workerTimeout(), clock.instant());
            log.atInfo().addKeyValue("action", action.logName()).log("next action");
            if (!(action instanceof NextAction.Fail)) {
                lastComplaint = "";
            }
            carryOut(action, snapshot);
        }
    }

    private void carryOut(NextAction action, Snapshot snapshot) throws InterruptedException, TermEndedException {
        Optional<Proposal> proposal = Proposal.of(action, clock.instant().atOffset(ZoneOffset.UTC));
        if (proposal.isPresent()) {
            write(proposal.get());
            return;
        }
        if (action instanceof NextAction.Fail fail) {
            complain(fail.message());
        }
        await(Waiting.after(action, snapshot));
    }

    /** Writes once. When it is not known whether that took effect, the next snapshot will tell. */
    private void write(Proposal proposal) throws InterruptedException, TermEndedException {
        try {
            if (proposal.isFresh()) {
                store.putReconfigureRequest(proposal.request(), leader);
            } else {
                store.putRequest(proposal.request(), leader);
            }
            outage.over();
        } catch (LostLeadershipException e) {
            throw new TermEndedException();
        } catch (StoreException e) {
            unsure = proposal;
            events.pause(outage.failed(e));
            return;
        }
        announce(proposal);
    }

    private void settleUnsure(Snapshot snapshot) {
        Proposal written = unsure;
        unsure = null;
        if (written != null && written.isIn(snapshot)) {
            announce(written);
        }
    }

    private void announce(Proposal proposal) {
        if (!proposal.notice().isEmpty()) {
            notifications.send(new Notification(Kind.INFO, proposal.request(), proposal.notice()));
        }
    }

    /** Waits until what the wait is for has happened, or takes too long; changed settings are taken up, and may move the deadline. */
    private void await(Waiting begun) throws InterruptedException, TermEndedException {
        Waiting waiting = begun;
        while (true) {
            Duration left = until(waiting.deadline(settings.current().workerTimeout()));
            if (left.isNegative()) {
                if (waiting.action() instanceof NextAction.WaitWorkers wait) {
                    tooLong(wait.request());
                }
                return;
            }
            Optional<StoreEvent> event = events.next(left);
            if (event.isEmpty() || isTakenUp(event.get())) {
                continue;
            }
            Waiting.Hearing hearing = waiting.hear(event.get());
            if (waiting.action() instanceof NextAction.WaitWorkers wait) {
                hearing.news().forEach(news -> tell(wait.request(), news));
            }
            if (hearing.isOver()) {
                return;
            }
            waiting = hearing.waiting();
        }
    }

    private void tell(UpdateRequest request, Waiting.News news) {
        if (news instanceof Waiting.News.Failed failed) {
            log.atWarn()
                    .addKeyValue("version", request.version())
                    .addKeyValue("lrn", failed.lrn())
                    .addKeyValue("step", failed.status().step())
                    .addKeyValue("reason", failed.status().message())
                    .log("worker failed updating");
            notifications.send(new Notification(
                    Kind.FAILURE,
                    request,
                    "update request was aborted: " + failed.status().message()));
        } else if (news instanceof Waiting.News.Finished finished) {
            log.atInfo()
                    .addKeyValue("version", request.version())
                    .addKeyValue("lrn", finished.lrn())
                    .log("worker finished updating");
        } else {
            log.atInfo()
                    .addKeyValue("version", request.version())
                    .addKeyValue("servers", request.servers())
                    .log("all worker finished updating");
            notifications.send(new Notification(Kind.SUCCEEDED, request, ""));
        }
    }

    private void tooLong(UpdateRequest request) {
        Duration timeout = settings.current().workerTimeout();
        log.atWarn()
                .addKeyValue("version", request.version())
                .addKeyValue("started_at", request.startedAt())
                .addKeyValue("timeout", timeout)
                .log("workers take too long for update");
        notifications.send(new Notification(
                Kind.FAILURE, request, "workers take too long for update: " + GoDuration.format(timeout)));
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
        return deadline.equals(Instant.MAX) ? LOOK_AGAIN : Duration.between(clock.instant(), deadline);
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
