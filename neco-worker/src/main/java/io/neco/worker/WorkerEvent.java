package io.neco.worker;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.Optional;

/** What a worker learns: from etcd, and of the work it has begun. */
sealed interface WorkerEvent {

    /** A consistent view of etcd was taken; answers {@link Effect.TakeView}. */
    record ViewTaken(Snapshot view) implements WorkerEvent {}

    /** A view cannot be taken because something in it is malformed. */
    record ViewMalformed(String message) implements WorkerEvent {}

    /** The request was written or, when empty, deleted. */
    record RequestChanged(long revision, Optional<UpdateRequest> request) implements WorkerEvent {}

    /** A worker reported. */
    record StatusReported(long revision, int lrn, UpdateStatus status) implements WorkerEvent {}

    /** A report was deleted, or something that could not be understood in its place; changes of the request may have the same revision. */
    record StatusDeleted(long revision) implements WorkerEvent {}

    /** Something below {@code info/} changed; it matters only to a worker that could not understand it. */
    record InfoChanged(long revision) implements WorkerEvent {}

    /** A request or a report cannot be understood. */
    record Malformed(long revision, String message) implements WorkerEvent {}

    /** Events were lost; a new view is needed. */
    record Missed() implements WorkerEvent {}

    /** How work has ended. */
    sealed interface Outcome {
        /** Done. */
        record Succeeded() implements Outcome {}

        /** Not done; the message says what was attempted, why it failed, and what the operator can do. */
        record Failed(String message) implements Outcome {}

        /** Given up because {@link Effect.CancelWork} asked for it. */
        record Cancelled() implements Outcome {}
    }

    /** The step that {@link Effect.RunStep} began has ended. */
    record StepEnded(int step, Outcome outcome) implements WorkerEvent {}

    /** What {@link Effect.Install} began has ended. After success this program is an old version of itself. */
    record InstallEnded(Outcome outcome) implements WorkerEvent {}

    /** What {@link Effect.RestartEtcd} began has ended. */
    record EtcdRestartEnded() implements WorkerEvent {}

    /** The time of {@link Effect.WaitForCompletion} is over. */
    record PatienceEnded(UpdateRequest request) implements WorkerEvent {}
}
