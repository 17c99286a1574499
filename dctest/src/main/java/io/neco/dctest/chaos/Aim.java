package io.neco.dctest.chaos;

import java.util.Optional;
import java.util.Set;

/**
 * Decides when a fault comes, and whom it hits. As a rule it comes when the step opens; of steps that are done under the workers' lock the
 * server that has the lock is hit, of others a member that the step's number chooses. Where that would be too late, because the step is over
 * at once or the engine does the work by itself, the first server is hit that arrives at the step's barrier.
 *
 * @param step the step
 * @param atBarrier whether the fault comes with the first arrival
 */
record Aim(int step, boolean atBarrier) {
    /** Steps that one server after the other, or one for all, does under the workers' lock (docs/update.md). */
    private static final Set<Integer> UNDER_LOCK = Set.of(2, 6, 12, 13, 14, 15, 17);

    static Aim of(Cell cell) {
        boolean isBrief = cell.step() == Cell.STEPS;
        boolean isPull = cell.fault() == Fault.REGISTRY && !UNDER_LOCK.contains(cell.step());
        return new Aim(cell.step(), isBrief || isPull);
    }

    /** The server to be hit, once the time has come. */
    Optional<Integer> victim(UpdateView view) {
        if (atBarrier) {
            return view.members().stream()
                    .filter(member -> view.report(member)
                            .filter(report -> report.step() >= step)
                            .isPresent())
                    .findFirst();
        }
        if (!view.isOpen(step)) {
            return Optional.empty();
        }
        if (UNDER_LOCK.contains(step) && !view.isOpen(step + 1) && !view.isCompleted()) {
            return view.lockHolder();
        }
        return Optional.of(view.members().get(step % view.members().size()));
    }
}
