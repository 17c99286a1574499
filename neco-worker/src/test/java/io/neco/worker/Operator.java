package io.neco.worker;

import io.neco.update.UpdateRequest;

/** A person who mends what is broken and runs {@code neco retry} or {@code neco recover} when an update was stopped. */
final class Operator {
    /**
     * With workers of the reference every fault of etcd ends the update, and another try meets the next fault: whoever has tried that often
     * waits until the faults are over.
     */
    private static final int MOST_IN_A_HURRY = 100;

    private final Simulation sim;
    private int recoveries;

    Operator(Simulation sim) {
        this.sim = sim;
    }

    /** A request was written. */
    void requestChanged() {
        if (sim.etcd.request().filter(UpdateRequest::stop).isPresent()) {
            sim.invariants.stopped();
            sim.timeline.at(sim.faults.recoveryDelay(), this::recover);
        }
    }

    private void recover() {
        boolean isPatient = sim.areFaultsOver() || sim.dice.oneIn(2);
        if (isPatient) {
            sim.hosts().forEach(SimulatedHost::mend);
        }
        boolean hasHadEnough = recoveries >= MOST_IN_A_HURRY && !sim.areFaultsOver();
        if (!sim.etcd.isServing() || hasHadEnough) {
            sim.timeline.at(10_000, this::recover);
        } else if ((sim.dice.oneIn(2) && sim.etcd.retry()) || sim.etcd.clear()) {
            recoveries++;
        }
    }

    /** How often one of them was needed. */
    int recoveries() {
        return recoveries;
    }

    /** Somebody stops the update by hand, right in etcd. */
    void stopUpdate() {
        if (sim.etcd.isServing()) {
            sim.etcd.request().filter(request -> !request.stop()).ifPresent(request -> {
                sim.etcd.putRequest(request.stopped(), false);
            });
        }
    }
}
