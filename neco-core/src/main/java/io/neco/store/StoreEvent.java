package io.neco.store;

import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.Optional;

/** What a {@link StoreWatch} tells. Events come in the order of their revisions, one at a time, at least once. */
public sealed interface StoreEvent {

    /** etcd's revision of the change. */
    long revision();

    /**
     * {@code status/current} was written or, when empty, deleted.
     *
     * @param request what was written
     */
    record RequestChanged(long revision, Optional<UpdateRequest> request) implements StoreEvent {}

    /**
     * A worker reported.
     *
     * @param lrn its logical rack number
     * @param status its report
     */
    record StatusReported(long revision, int lrn, UpdateStatus status) implements StoreEvent {}

    /**
     * Something below {@code status/bootservers/} was deleted, also what could not be understood. Several of these, and a change of the
     * request, may have the same revision.
     *
     * @param key the key, without the prefix
     */
    record StatusDeleted(long revision, String key) implements StoreEvent {}

    /**
     * Something below {@code info/} changed.
     *
     * @param key the key, without the prefix
     */
    record InfoChanged(long revision, String key) implements StoreEvent {}

    /**
     * Something below {@code config/} changed.
     *
     * @param key the key, without the prefix
     */
    record ConfigChanged(long revision, String key) implements StoreEvent {}

    /**
     * A watched key holds something that cannot be understood.
     *
     * @param key the key, without the prefix
     * @param error key, value, and what was expected
     */
    record Malformed(long revision, String key, MalformedValueException error) implements StoreEvent {}

    /**
     * Revisions that were not delivered have been compacted away. The watch goes on from {@code revision + 1}; whoever listens takes
     * a new snapshot.
     */
    record Missed(long revision) implements StoreEvent {}
}
