package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final String V = "1.0.0";
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 1, 2, 3, 0, ZoneOffset.UTC);
    private static final Instant START = BEGIN.toInstant();
    private static final Instant LATER = START.plusSeconds(7200);
    private static final UpdateRequest REQUEST = new UpdateRequest(V, List.of(0, 1), false, BEGIN);

    private static Snapshot snapshot(UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        return new Snapshot(10, Optional.of(request), statuses, V, List.of(0, 1));
    }

    @Test
    void anUpdateNobodyHasReportedAboutHasNotGotAheadSinceItBegan() {
        Map<Integer, UpdateStatus> others =
                Map.of(0, UpdateStatus.completed("0.9.0", 5), 7, UpdateStatus.running(V, 1));

        assertThat(Progress.none().with(snapshot(REQUEST, others), LATER, LATER).since())
                .isEqualTo(START);
    }

    @Test
    void whatANewLeaderFindsReportedCountsFromNow() {
        assertThat(Progress.none()
                        .with(snapshot(REQUEST, Map.of(0, UpdateStatus.running(V, 3))), LATER, LATER)
                        .since())
                .isEqualTo(LATER);
    }

    @Test
    void lookingAgainIsNoProgress() {
        Snapshot snapshot = snapshot(REQUEST, Map.of(0, UpdateStatus.running(V, 3)));
        Progress first = Progress.none().with(snapshot, LATER, LATER);

        assertThat(first.with(snapshot, LATER.plusSeconds(60), LATER.plusSeconds(60)))
                .isEqualTo(first);
    }

    @Test
    void aChangedReportIsProgressWhetherItIsHeardOrRead() {
        Progress first = Progress.none().with(snapshot(REQUEST, Map.of(0, UpdateStatus.running(V, 3))), LATER, LATER);
        Instant now = LATER.plusSeconds(60);

        Progress read = first.with(snapshot(REQUEST, Map.of(0, UpdateStatus.running(V, 4))), now, now);
        Progress heard = first.with(0, UpdateStatus.running(V, 4), now);

        assertThat(read.since()).isEqualTo(now);
        assertThat(heard).isEqualTo(read);
    }

    @Test
    void anotherRequestBeginsAnew() {
        UpdateRequest next = new UpdateRequest(V, List.of(0, 1), false, BEGIN.plusHours(3));
        Progress first = Progress.none().with(snapshot(REQUEST, Map.of(0, UpdateStatus.running(V, 3))), LATER, LATER);

        assertThat(first.with(snapshot(next, Map.of()), LATER.plusSeconds(7200), LATER.plusSeconds(7200))
                        .since())
                .isEqualTo(next.startedAt().toInstant());
    }

    @Test
    void howOldARequestIsTellsTheTimeOfDayAndNothingElse() {
        Instant now = START.minusSeconds(86400);

        assertThat(Progress.none()
                        .with(snapshot(REQUEST, Map.of()), now, START.plusSeconds(60))
                        .since())
                .isEqualTo(now.minusSeconds(60));
    }

    @Test
    void aRequestOfTheFutureBeginsNow() {
        assertThat(Progress.none()
                        .with(snapshot(REQUEST, Map.of()), LATER, START.minusSeconds(60))
                        .since())
                .isEqualTo(LATER);
    }

    @Test
    void aClockThatIsSetChangesNothingAboutARequestThatIsKnown() {
        Snapshot snapshot = snapshot(REQUEST, Map.of());
        Progress first = Progress.none().with(snapshot, LATER, START);

        assertThat(first.with(snapshot, LATER.plusSeconds(1), START.plusSeconds(7200)))
                .isEqualTo(first);
    }

    @Test
    void reportsThatVanishAreNoProgress() {
        Progress first = Progress.none().with(snapshot(REQUEST, Map.of(0, UpdateStatus.running(V, 3))), LATER, LATER);

        assertThat(first.with(snapshot(REQUEST, Map.of()), LATER.plusSeconds(60), LATER.plusSeconds(60))
                        .since())
                .isEqualTo(LATER);
    }
}
