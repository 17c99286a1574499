package io.neco.dctest.chaos;

import java.util.Optional;
import java.util.Set;

/**
 * Decides when a fault comes, and whom it hits. As a rule it comes when the step opens; of steps that are done under the workers' lock the
 * server that has the lock is hit, of others a member that the step's number chooses. Where that would be too late, because the step is over
 * at once or the engine does the work by itself, the first server is hit that arrives at the step's barrier. Of an installation the download
 * is hit by what has to do with it or ends one process, and dpkg, while it unpacks the package, by what the whole host suffers.
 *
 * @param step the step
 * @param atBarrier whether the fault comes with the first arrival
 * @param inUnpacking whether the fault comes while dpkg unpacks the package on the server
 */
record Aim(int step, boolean atBarrier, boolean inUnpacking) {
    /** Steps that one server after the other, or one for all, does under the workers' lock (docs/update.md). */
    private static final Set<Integer> UNDER_LOCK = Set.of(2, 6, 12, 13, 14, 15, 17);

    private static final Set<Fault> IN_UNPACKING = Set.of(Fault.REBOOT, Fault.ETCD, Fault.PAUSE, Fault.CUT);

    static Aim of(Cell cell) {
        if (cell.step() == Cell.INSTALLATION) {
            return new Aim(cell.step(), false, IN_UNPACKING.contains(cell.fault()));
        }
        boolean isBrief = cell.step() == Cell.STEPS;
        boolean isPull = cell.fault() == Fault.REGISTRY && !UNDER_LOCK.contains(cell.step());
        return new Aim(cell.step(), isBrief || isPull, false);
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
