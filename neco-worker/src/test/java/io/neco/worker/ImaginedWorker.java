package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.Outcome;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker of version 1.0.0 on boot server 0, with a plan of two steps; host and etcd are imagined. */
abstract class ImaginedWorker {
    static final OffsetDateTime BEGIN = OffsetDateTime.of(2022, 5, 25, 1, 2, 3, 0, ZoneOffset.UTC);

    final Map<Integer, UpdateStatus> statuses = new HashMap<>();
    final List<Effect> effects = new ArrayList<>();
    Optional<UpdateRequest> request = Optional.empty();
    Optional<JournalEntry> journal = Optional.empty();
    long revision = 1;
    WorkerState state = new WorkerState(new Self(0, "1.0.0", 2), new Phase.Leaving(), 0, 0, false);
    boolean isMalformed;

    void start() {
        effects.clear();
        apply(WorkerState.start(new Self(0, "1.0.0", 2), journal));
    }

    void begin() {
        start();
        request("1.0.0", 0, 1);
        assertThat(own()).isEqualTo(UpdateStatus.running("1.0.0", 1));
    }

    void request(String version, Integer... servers) {
        put(request(List.of(servers), version));
    }

    UpdateRequest request(List<Integer> servers, String version) {
        return new UpdateRequest(version, servers, false, BEGIN.plusSeconds(revision));
    }

    void put(@org.jspecify.annotations.Nullable UpdateRequest changed) {
        request = Optional.ofNullable(changed);
        feed(new WorkerEvent.RequestChanged(++revision, request));
    }

    void report(int lrn, UpdateStatus status) {
        statuses.put(lrn, status);
        feed(new WorkerEvent.StatusReported(++revision, lrn, status));
    }

    void succeed(int step) {
        feed(new WorkerEvent.StepEnded(step, new Outcome.Succeeded()));
    }

    void feed(WorkerEvent event) {
        apply(state.on(event));
    }

    void apply(Transition transition) {
        state = transition.state();
        for (Effect effect : transition.effects()) {
            effects.add(effect);
            if (effect instanceof Effect.TakeView && isMalformed) {
                feed(new WorkerEvent.ViewMalformed("status/bootservers/9: …"));
            } else if (effect instanceof Effect.TakeView) {
                feed(new WorkerEvent.ViewTaken(new Snapshot(revision, request, statuses, "", List.of())));
            } else if (effect instanceof Effect.Report report) {
                report(0, report.status());
            } else if (effect instanceof Effect.Note note) {
                journal = Optional.of(note.entry());
            } else if (effect instanceof Effect.Forget) {
                journal = Optional.empty();
            }
        }
    }

    UpdateStatus own() {
        return java.util.Objects.requireNonNull(statuses.get(0));
    }

    List<Integer> steps() {
        return all(Effect.RunStep.class).stream().map(Effect.RunStep::step).toList();
    }

    java.util.stream.Stream<UpdateStatus> reports() {
        return all(Effect.Report.class).stream().map(Effect.Report::status);
    }

    <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends Effect> T last(Class<T> kind) {
        List<T> found = all(kind);
        return found.get(found.size() - 1);
    }
}
