package io.neco.updater;

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
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    /** A written request whose acknowledgement was lost, and what to tell people if it took effect. */
    private record Unsure(UpdateRequest request, String notice) {}

    private final NecoStore store;
    private final LeaderKey leader;
    private final TermEvents events;
    private final SettingsReader settings;
    private final Notifications notifications;
    private final Outage outage;
    private final Clock clock;
    private @Nullable Unsure unsure;
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
        // an exhaustive switch over sealed types is not to be had in Java 17
        if (action instanceof NextAction.WaitInfo) {
            await(snapshot, e -> !(e instanceof StoreEvent.StatusReported));
        } else if (action instanceof NextAction.NewVersion next) {
            UpdateRequest request = new UpdateRequest(next.version(), next.servers(), false, now());
            write(request, "start updating the new release.", () -> store.putRequest(request, leader));
        } else if (action instanceof NextAction.Reconfigure next) {
            UpdateRequest request = new UpdateRequest(next.version(), next.servers(), false, now());
            write(request, "start boot servers reconfiguration.", () -> store.putReconfigureRequest(request, leader));
        } else if (action instanceof NextAction.WaitWorkers wait) {
            awaitWorkers(wait.request(), snapshot);
        } else if (action instanceof NextAction.Stop stop) {
            UpdateRequest request = stop.request().stopped();
            write(request, "", () -> store.putRequest(request, leader));
        } else if (action instanceof NextAction.WaitClear) {
            await(
                    snapshot,
                    e -> e instanceof StoreEvent.Missed
                            || (e instanceof StoreEvent.RequestChanged change
                                    && change.request().isEmpty()));
        } else if (action instanceof NextAction.Fail fail) {
            complain(fail.message());
            await(snapshot, e -> true);
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** Writes once. When it is not known whether that took effect, the next snapshot will tell. */
    private void write(UpdateRequest request, String notice, Runnable put)
            throws InterruptedException, TermEndedException {
        try {
            put.run();
            outage.over();
        } catch (LostLeadershipException e) {
            throw new TermEndedException();
        } catch (StoreException e) {
            unsure = new Unsure(request, notice);
            events.pause(outage.failed(e));
            return;
        }
        tell(request, notice);
    }

    private void settleUnsure(Snapshot snapshot) {
        Unsure written = unsure;
        unsure = null;
        if (written != null && snapshot.request().equals(Optional.of(written.request))) {
            tell(written.request, written.notice);
        }
    }

    private void tell(UpdateRequest request, String notice) {
        if (!notice.isEmpty()) {
            notifications.send(new Notification(Kind.INFO, request, notice));
        }
    }

    private void awaitWorkers(UpdateRequest request, Snapshot snapshot)
            throws InterruptedException, TermEndedException {
        Map<Integer, UpdateStatus> statuses = new TreeMap<>(snapshot.statuses());
        long seen = snapshot.revision();
        while (true) {
            Optional<StoreEvent> event = nextAfter(
                    seen, () -> NextAction.deadline(request, settings.current().workerTimeout()));
            if (event.isEmpty()) {
                tooLong(request);
                return;
            }
            if (event.get() instanceof StoreEvent.StatusReported report) {
                seen = report.revision();
                if (!report.status().version().equals(request.version())) {
                    continue;
                }
                statuses.put(report.lrn(), report.status());
                if (isSettledBy(report, request, statuses)) {
                    return;
                }
            } else if (!(event.get() instanceof StoreEvent.InfoChanged)) {
                return;
            }
        }
    }

    private boolean isSettledBy(
            StoreEvent.StatusReported report, UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        UpdateStatus status = report.status();
        if (status.condition() == UpdateCondition.ABORTED) {
            log.atWarn()
                    .addKeyValue("version", request.version())
                    .addKeyValue("lrn", report.lrn())
                    .addKeyValue("step", status.step())
                    .addKeyValue("reason", status.message())
                    .log("worker failed updating");
            notifications.send(
                    new Notification(Kind.FAILURE, request, "update request was aborted: " + status.message()));
            return true;
        }
        if (status.condition() == UpdateCondition.COMPLETED) {
            log.atInfo()
                    .addKeyValue("version", request.version())
                    .addKeyValue("lrn", report.lrn())
                    .log("worker finished updating");
        }
        if (UpdateProgress.isCompleted(request.version(), request.servers(), statuses)) {
            log.atInfo()
                    .addKeyValue("version", request.version())
                    .addKeyValue("servers", request.servers())
                    .log("all worker finished updating");
            notifications.send(new Notification(Kind.SUCCEEDED, request, ""));
            return true;
        }
        return false;
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

    /** Waits for an event that came after the snapshot. */
    private void await(Snapshot snapshot, Predicate<StoreEvent> isWanted)
            throws InterruptedException, TermEndedException {
        while (true) {
            Optional<StoreEvent> event = nextAfter(snapshot.revision(), () -> Instant.MAX);
            if (event.isPresent() && isWanted.test(event.get())) {
                return;
            }
        }
    }

    /**
     * The next event after a revision, or empty when the deadline passes; settings that change meanwhile are taken up, and may move the
     * deadline.
     */
    private Optional<StoreEvent> nextAfter(long revision, Supplier<Instant> deadline)
            throws InterruptedException, TermEndedException {
        while (true) {
            Duration left = until(deadline.get());
            if (left.isNegative()) {
                return Optional.empty();
            }
            Optional<StoreEvent> event = events.next(left);
            if (event.isEmpty()) {
                continue;
            }
            if (isTakenUp(event.get())) {
                continue;
            }
            if (event.get() instanceof StoreEvent.Missed || event.get().revision() > revision) {
                return event;
            }
        }
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
