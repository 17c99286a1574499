package io.neco.worker.plan;

import java.util.ArrayList;
import java.util.List;

/** What a rehearsed step was told to change, so far. Steps may tell on several threads. */
final class Notes {
    private final List<PlannedChange> changes = new ArrayList<>();

    synchronized void add(PlannedChange change) {
        changes.add(change);
    }

    void add(PlannedChange.Kind kind, String subject, String action) {
        add(new PlannedChange(kind, subject, action));
    }

    /** Hands the notes out and begins anew. */
    synchronized List<PlannedChange> take() {
        List<PlannedChange> taken = List.copyOf(changes);
        changes.clear();
        return taken;
    }
}
