package io.neco.worker.plan;

import io.neco.worker.plan.PlannedChange.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** What a rehearsed step was told to change, so far. Steps may tell on several threads. */
final class Notes {
    private final List<PlannedChange> changes = new ArrayList<>();

    synchronized void add(PlannedChange change) {
        changes.add(change);
    }

    void add(Kind kind, String subject, String action) {
        add(new PlannedChange(kind, subject, action));
    }

    /** Hands the notes out and begins anew. Images, which are pulled side by side, come in the order of their names. */
    synchronized List<PlannedChange> take() {
        Iterator<PlannedChange> images = changes.stream()
                .filter(change -> change.kind() == Kind.IMAGE)
                .sorted(Comparator.comparing(PlannedChange::subject))
                .iterator();
        List<PlannedChange> taken = changes.stream()
                .map(change -> change.kind() == Kind.IMAGE ? images.next() : change)
                .toList();
        changes.clear();
        return taken;
    }
}
