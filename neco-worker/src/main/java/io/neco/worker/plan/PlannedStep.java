package io.neco.worker.plan;

import java.util.List;
import java.util.Optional;

/**
 * What one step would change.
 *
 * @param number its number
 * @param name its name
 * @param description what it does, in words
 * @param isRehearsed whether {@code changes} is all the step would do; if not, only the description tells
 * @param changes what it would change on this host, in order
 * @param problem why the step could not be rehearsed to its end, which an update would be stopped by as well; empty: it could
 */
public record PlannedStep(
        int number,
        String name,
        String description,
        boolean isRehearsed,
        List<PlannedChange> changes,
        Optional<String> problem) {

    /** Copies the list. */
    public PlannedStep {
        changes = List.copyOf(changes);
    }
}
