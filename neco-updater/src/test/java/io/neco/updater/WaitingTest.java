package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private static final String V = "1.0.0";
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 1, 2, 3, 0, ZoneOffset.UTC);
    private static final UpdateRequest REQUEST = new UpdateRequest(V, List.of(0, 1), false, BEGIN);
    private static final Snapshot SNAPSHOT =
            new Snapshot(10, Optional.of(REQUEST), Map.of(0, UpdateStatus.completed(V, 2)), V, List.of(0, 1));
    private static final Instant NOW = BEGIN.plusMinutes(10).toInstant();
    private static final Progress PROGRESS =
            Progress.none().with(SNAPSHOT, BEGIN.plusMinutes(5).toInstant(), BEGIN.toInstant());
    private static final Waiting WORKERS = after(new NextAction.WaitWorkers(REQUEST));

    private static Waiting after(NextAction action) {
        return Waiting.after(action, SNAPSHOT, PROGRESS);
    }

    @Test
    void workersAreWaitedForUntilAllHaveFinished() {
        Waiting.Hearing first = WORKERS.hear(report(11, 1, UpdateStatus.running(V, 2)), NOW);
        Waiting.Hearing second = first.waiting().hear(report(12, 1, UpdateStatus.completed(V, 2)), NOW);

        assertThat(first.isOver()).isFalse();
        assertThat(second.isOver()).isTrue();
        assertThat(second.news()).containsExactly(new Waiting.News.Finished(1), new Waiting.News.AllFinished());
    }

    @Test
    void aWorkerThatGivesUpEndsTheWait() {
        UpdateStatus aborted = UpdateStatus.aborted(V, 1, "disk full");

        Waiting.Hearing hearing = WORKERS.hear(report(11, 1, aborted), NOW);

        assertThat(hearing.isOver()).isTrue();
        assertThat(hearing.news()).containsExactly(new Waiting.News.Failed(1, aborted));
    }

    @Test
    void oldNewsAndOtherVersionsAreIgnored() {
        assertThat(WORKERS.hear(report(10, 1, UpdateStatus.aborted(V, 1, "old")), NOW)
                        .isOver())
                .isFalse();
        assertThat(WORKERS.hear(report(11, 1, UpdateStatus.aborted("0.9.0", 1, "other")), NOW)
                        .isOver())
                .isFalse();
        assertThat(WORKERS.hear(new StoreEvent.InfoChanged(11, "info/bootservers/2"), NOW)
                        .isOver())
                .isFalse();
    }

    @Test
    void deletedReportsAreLeftToTheChangeOfTheRequest() {
        Waiting.Hearing hearing = WORKERS.hear(new StoreEvent.StatusDeleted(11, "status/bootservers/0"), NOW);

        assertThat(hearing.isOver()).isFalse();
        assertThat(hearing.waiting()
                        .hear(new StoreEvent.RequestChanged(11, Optional.empty()), NOW)
                        .isOver())
                .isTrue();
    }

    @Test
    void aChangedRequestOrLostEventsEndTheWaitForWorkers() {
        assertThat(WORKERS.hear(new StoreEvent.RequestChanged(11, Optional.empty()), NOW)
                        .isOver())
                .isTrue();
        assertThat(WORKERS.hear(new StoreEvent.Missed(5), NOW).isOver()).isTrue();
    }

    @Test
    void aStoppedUpdateWaitsForTheRequestToBeDeleted() {
        Waiting waiting = after(new NextAction.WaitClear());

        assertThat(waiting.hear(new StoreEvent.RequestChanged(11, Optional.of(REQUEST)), NOW)
                        .isOver())
                .isFalse();
        assertThat(waiting.hear(new StoreEvent.InfoChanged(12, "info/neco-release"), NOW)
                        .isOver())
                .isFalse();
        assertThat(waiting.hear(new StoreEvent.RequestChanged(13, Optional.empty()), NOW)
                        .isOver())
                .isTrue();
    }

    @Test
    void reportsDoNotWakeALeaderThatWaitsForInformation() {
        Waiting waiting = after(new NextAction.WaitInfo());

        assertThat(waiting.hear(report(11, 1, UpdateStatus.completed(V, 2)), NOW)
                        .isOver())
                .isFalse();
        assertThat(waiting.hear(new StoreEvent.InfoChanged(12, "info/neco-release"), NOW)
                        .isOver())
                .isTrue();
    }

    @Test
    void everyReportOfThisUpdateGivesTheWorkersTimeAgain() {
        Waiting.Hearing ahead = WORKERS.hear(report(11, 1, UpdateStatus.running(V, 2)), NOW);
        Waiting.Hearing again = ahead.waiting().hear(report(12, 1, UpdateStatus.running(V, 2)), NOW.plusSeconds(60));
        Waiting.Hearing other =
                ahead.waiting().hear(report(12, 1, UpdateStatus.running("0.9.0", 3)), NOW.plusSeconds(60));
        Waiting.Hearing stranger = ahead.waiting().hear(report(12, 7, UpdateStatus.running(V, 3)), NOW.plusSeconds(60));

        Duration hour = Duration.ofHours(1);
        assertThat(ahead.waiting().deadline(hour)).isEqualTo(NOW.plus(hour));
        assertThat(again.waiting().deadline(hour)).isEqualTo(NOW.plus(hour));
        assertThat(other.waiting().deadline(hour)).isEqualTo(NOW.plus(hour));
        assertThat(stranger.waiting().deadline(hour)).isEqualTo(NOW.plus(hour));
    }

    @Test
    void onlyTheWaitForWorkersHasADeadline() {
        assertThat(WORKERS.deadline(Duration.ofHours(1)))
                .isEqualTo(BEGIN.plusMinutes(65).toInstant());
        assertThat(after(new NextAction.WaitClear()).deadline(Duration.ofHours(1)))
                .isEqualTo(Instant.MAX);
    }

    private static StoreEvent report(long revision, int lrn, UpdateStatus status) {
        return new StoreEvent.StatusReported(revision, lrn, status);
    }
}
