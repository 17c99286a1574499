package io.neco.worker;

import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has to hold on every schedule; it is checked while the simulation runs, and at its end. */
final class Invariants {
    private static final int MOST_RECOVERIES_AFTER_FAULTS = 6;

    private final Simulation sim;
    private final Map<Long, Progress> progress = new HashMap<>();
    private final boolean[] hasGivenUpRestart = new boolean[Simulation.MOST_SERVERS];
    /**
     * Servers whose member a worker of the reference has removed although they take part in the present update: the reference's first server
     * removes, after its own restart of etcd, whoever took no part in the update it has just finished, also a newcomer that
     * joins in the next one meanwhile. Nobody adds that member again until the next update's second step. Ours are told of the
     * new request before, and leave the old one's restart.
     */
    private final boolean[] isRemovedByReference = new boolean[Simulation.MOST_SERVERS];

    private int stopsAfterFaults;

    /** Who has come how far in an update. */
    private static final class Progress {
        final int[] arrived = new int[Simulation.MOST_SERVERS];
        final int[] done = new int[Simulation.MOST_SERVERS];
    }

    Invariants(Simulation sim) {
        this.sim = sim;
    }

    private Progress of(UpdateRequest request) {
        return progress.computeIfAbsent(sim.idOf(request), id -> new Progress());
    }

    // ---- the barrier

    /** A server begins a step: everybody has to have arrived at it. */
    void begins(SimulatedHost host, UpdateRequest request, int step) {
        Progress far = of(request);
        for (int other : request.servers()) {
            // reports of the reference do not look which request they are about, so that they may pass for arrivals
            if (far.arrived[other] < step && !sim.host(other).isReference()) {
                throw new Violation("boot-" + host.lrn + " begins step " + step + " before boot-" + other
                        + " has arrived at it, which is at " + far.arrived[other]);
            }
        }
    }

    /** A server has done what a step demands. */
    void finishes(SimulatedHost host, UpdateRequest request, int step) {
        Progress far = of(request);
        far.done[host.lrn] = Math.max(far.done[host.lrn], step);
    }

    /** A report is stored. */
    void reports(SimulatedHost host, @Nullable UpdateRequest about, UpdateStatus status) {
        if (sim.trace.isOn()) {
            sim.trace.say("etcd", "boot-" + host.lrn + " reports " + status);
        }
        boolean isAborted = status.condition() == UpdateCondition.ABORTED;
        if (!host.isReference()) {
            if (status.equals(sim.etcd.statuses().get(host.lrn))) {
                throw new Violation("boot-" + host.lrn + " repeats " + status);
            }
            if (isAborted && status.message().isBlank()) {
                throw new Violation("boot-" + host.lrn + " aborts without a reason");
            }
        }
        if (about == null || isAborted) {
            return;
        }
        Progress far = of(about);
        int step = status.step();
        int required = status.condition() == UpdateCondition.COMPLETED ? step : step - 1;
        if (far.done[host.lrn] < required) {
            throw new Violation(
                    "boot-" + host.lrn + " reports " + status + " but has done only step " + far.done[host.lrn]);
        }
        if (step < far.arrived[host.lrn] && !host.isReference()) {
            throw new Violation("boot-" + host.lrn + " goes back from step " + far.arrived[host.lrn] + " to " + step);
        }
        far.arrived[host.lrn] = step;
    }

    // ---- leaders

    /** A leader's write is accepted. */
    void writes(Candidate leader) {
        if (!leader.election.isLedBy(leader)) {
            throw new Violation(leader.owner.name + " leads no more, but its write is accepted; candidates: "
                    + leader.election.candidates().stream()
                            .map(c -> c.owner.name)
                            .toList());
        }
    }

    // ---- services

    /** A server starts CKE: no other version may run. */
    void startsCke(SimulatedHost host, UpdateRequest request) {
        if (sim.hasReferences()) {
            return;
        }
        for (int other : request.servers()) {
            Optional<String> running = sim.host(other).cke();
            if (running.isPresent() && !running.get().equals(request.version())) {
                throw new Violation("boot-" + host.lrn + " starts CKE " + request.version() + " while boot-" + other
                        + " runs CKE " + running.get());
            }
        }
    }

    /** A worker takes its etcd away: no other worker may be doing so. */
    void takesEtcdDown(SimulatedHost host) {
        if (host.isReference()) {
            return;
        }
        for (SimulatedHost other : sim.hosts()) {
            if (other != host && other.isRestartingEtcd()) {
                throw new Violation(
                        "boot-" + host.lrn + " and boot-" + other.lrn + " take their etcd away at the same time");
            }
        }
    }

    void givesUpRestart(SimulatedHost host) {
        hasGivenUpRestart[host.lrn] = true;
    }

    // ---- the end of updates

    /** An update was stopped. */
    void stopped() {
        if (sim.faults.areSurvivable()) {
            throw new Violation(
                    "the update was stopped although nothing has happened that it should not survive: " + reports());
        }
        if (sim.faults.isOver() && ++stopsAfterFaults > MOST_RECOVERIES_AFTER_FAULTS) {
            throw new Violation("updates are stopped again and again although nothing fails: " + reports());
        }
    }

    /** An update takes too long. */
    void timedOut() {
        boolean isSomebodyGone = sim.etcd
                .request()
                .filter(request ->
                        request.servers().stream().anyMatch(lrn -> sim.host(lrn).isGone()))
                .isPresent();
        if (!sim.hasReferences() && !sim.faults.areLong() && !isSomebodyGone) {
            throw new Violation("workers wait for nothing until the update takes too long: " + situations());
        }
    }

    /** A worker of the reference removes a member of etcd at the end of an update. */
    void referenceRemoves(int lrn) {
        isRemovedByReference[lrn] |=
                sim.etcd.request().filter(request -> request.isMember(lrn)).isPresent();
    }

    /** Nothing will happen any more: everything has to be as it should. */
    void end() {
        Optional<UpdateRequest> current = sim.etcd.request();
        if (current.isEmpty() || current.get().stop()) {
            throw new Violation("there is no update in the end: " + current + ", " + situations());
        }
        UpdateRequest request = current.get();
        if (!UpdateProgress.isCompleted(request.version(), request.servers(), sim.etcd.statuses())) {
            if (sim.hasReferences() && hasReferenceAborted(request)) {
                return; // it takes back its own completion when it finds somebody else still at work; nobody looks any
                // more
            }
            throw new Violation("the update is not completed in the end: " + situations());
        }
        if (!request.version().equals(sim.release()) || !request.servers().equals(sim.etcd.servers())) {
            throw new Violation("the last update is not the one it should be: " + request + ", newest release "
                    + sim.release() + ", servers " + sim.etcd.servers());
        }
        for (int lrn : request.servers()) {
            end(sim.host(lrn), request);
        }
    }

    private void end(SimulatedHost host, UpdateRequest request) {
        String who = "boot-" + host.lrn;
        if (!host.version().equals(request.version())) {
            throw new Violation(who + " has version " + host.version() + " in the end");
        }
        if (!host.cke().equals(Optional.of(request.version()))) {
            throw new Violation(who + " runs CKE " + host.cke() + " in the end");
        }
        if (!host.isMemberUp() && !isRemovedByReference[host.lrn]) {
            throw new Violation("etcd of " + who + " does not run in the end");
        }
        if (host.worker() instanceof SimulatedWorker worker) {
            if (!worker.isIdle()) {
                throw new Violation(who + " is not at rest in the end: " + worker.situation());
            }
            boolean isExcused = hasGivenUpRestart[host.lrn] || host.hasLostEntries();
            if (host.etcdRuns() != sim.idOf(request) && !isExcused) {
                throw new Violation("etcd of " + who + " was not restarted with its new configuration");
            }
            if (host.journal().isPresent()) {
                throw new Violation(who + " has kept its journal: " + host.journal());
            }
        }
    }

    private boolean hasReferenceAborted(UpdateRequest request) {
        return request.servers().stream()
                .filter(lrn -> sim.host(lrn).isReference())
                .map(lrn -> sim.etcd.statuses().get(lrn))
                .anyMatch(status -> status != null && status.condition() == UpdateCondition.ABORTED);
    }

    private String reports() {
        return sim.etcd.statuses().toString();
    }

    private String situations() {
        StringBuilder text = new StringBuilder(reports());
        for (SimulatedHost host : sim.hosts()) {
            text.append("; boot-").append(host.lrn).append(": ");
            if (host.worker() instanceof SimulatedWorker worker) {
                text.append(worker.situation());
            } else {
                text.append("reference");
            }
        }
        return text.append("; arrived: ").append(Arrays.toString(arrived())).toString();
    }

    private int[] arrived() {
        return sim.etcd.request().map(request -> of(request).arrived).orElseGet(() -> new int[Simulation.MOST_SERVERS]);
    }
}
