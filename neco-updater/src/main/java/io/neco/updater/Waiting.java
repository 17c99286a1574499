package io.neco.updater;

import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The leader's wait for what an action waits for, decided event by event; source: updater/server.go at 1eec387.
 *
 * @param action why it waits
 * @param seen newest revision dealt with; events up to it are old news
 * @param statuses the reports so far, of any version
 * @param progress when the update got ahead the last time
 */
public record Waiting(NextAction action, long seen, Map<Integer, UpdateStatus> statuses, Progress progress) {

    /** Copies the map. */
    public Waiting {
        statuses = Map.copyOf(statuses);
    }

    /** What a report means. */
    public sealed interface News {
        /** A worker gave up. */
        record Failed(int lrn, UpdateStatus status) implements News {}

        /** A worker finished its part. */
        record Finished(int lrn) implements News {}

        /** All members finished. */
        record AllFinished() implements News {}
    }

    /**
     * The answer to an event.
     *
     * @param waiting how the wait goes on
     * @param isOver whether the leader has to look at everything anew instead
     * @param news what people should know
     */
    public record Hearing(Waiting waiting, boolean isOver, List<News> news) {
        /** Copies the list. */
        public Hearing {
            news = List.copyOf(news);
        }
    }

    /** A wait that begins with what a snapshot says. */
    public static Waiting after(NextAction action, Snapshot snapshot, Progress progress) {
        return new Waiting(action, snapshot.revision(), snapshot.statuses(), progress);
    }

    /**
     * When the wait has lasted too long; {@link Instant#MAX}: never.
     *
     * @param timeout how long an update may go without progress
     */
    public Instant deadline(Duration timeout) {
        return action instanceof NextAction.WaitWorkers ? NextAction.deadline(progress.since(), timeout) : Instant.MAX;
    }

    /**
     * Deals with an event; changes of settings are none of its business.
     *
     * @param now the time, by the clock of {@link Progress}
     */
    public Hearing hear(StoreEvent event, Instant now) {
        boolean isMissed = event instanceof StoreEvent.Missed;
        if (!isMissed && event.revision() <= seen) {
            return goOn();
        }
        if (event instanceof StoreEvent.StatusDeleted) {
            return goOn(); // reports go with their request, and that is told as well
        }
        if (action instanceof NextAction.WaitWorkers wait) {
            if (event instanceof StoreEvent.StatusReported report) {
                return report(wait.request(), report, now);
            }
            return event instanceof StoreEvent.InfoChanged ? goOn() : end();
        }
        if (action instanceof NextAction.WaitInfo) {
            return event instanceof StoreEvent.StatusReported ? goOn() : end();
        }
        if (action instanceof NextAction.WaitClear) {
            boolean isCleared = event instanceof StoreEvent.RequestChanged change
                    && change.request().isEmpty();
            return isMissed || isCleared ? end() : goOn();
        }
        return end();
    }

    private Hearing report(UpdateRequest request, StoreEvent.StatusReported report, Instant now) {
        UpdateStatus status = report.status();
        if (!status.version().equals(request.version())) {
            return new Hearing(new Waiting(action, report.revision(), statuses, progress), false, List.of());
        }
        Map<Integer, UpdateStatus> known = new HashMap<>(statuses);
        known.put(report.lrn(), status);
        Waiting next = new Waiting(action, report.revision(), known, progress.with(report.lrn(), status, now));
        if (status.condition() == UpdateCondition.ABORTED) {
            return new Hearing(next, true, List.of(new News.Failed(report.lrn(), status)));
        }
        List<News> news = new ArrayList<>();
        if (status.condition() == UpdateCondition.COMPLETED) {
            news.add(new News.Finished(report.lrn()));
        }
        boolean isCompleted = UpdateProgress.isCompleted(request.version(), request.servers(), known);
        if (isCompleted) {
            news.add(new News.AllFinished());
        }
        return new Hearing(next, isCompleted, news);
    }

    private Hearing goOn() {
        return new Hearing(this, false, List.of());
    }

    private Hearing end() {
        return new Hearing(this, true, List.of());
    }
}
