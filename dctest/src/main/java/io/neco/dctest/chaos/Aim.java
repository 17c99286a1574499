package io.neco.dctest.chaos;

import java.util.Optional;
import java.util.Set;

/**
 * Decides when a step is open, and whom a fault hits then: of steps that are done under the workers' lock the server that has the lock, of
 * others a member that the step's number chooses.
 *
 * @param step the step
 */
record Aim(int step) {
    /** Steps that one server after the other, or one for all, does under the workers' lock (docs/update.md). */
    private static final Set<Integer> UNDER_LOCK = Set.of(2, 6, 12, 13, 14, 15, 17);

    /** The server to be hit, once the step is open. */
    Optional<Integer> victim(UpdateView view) {
        if (!view.isOpen(step)) {
            return Optional.empty();
        }
        if (UNDER_LOCK.contains(step) && !view.isOpen(step + 1) && !view.isCompleted()) {
            return view.lockHolder();
        }
        return Optional.of(view.members().get(step % view.members().size()));
    }
}
