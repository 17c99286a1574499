package io.neco.worker;

import io.neco.update.UpdateRequest;
import io.neco.worker.WorkerEvent.InstallEnded;
import io.neco.worker.WorkerEvent.Outcome;
import io.neco.worker.WorkerEvent.StepEnded;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does to its host, {@link HostDuties} in short: steps that take a while, take the workers' lock, fail, and are cut short;
 * the installation of a version; the restart of etcd in turn.
 */
final class SimulatedWork {
    private static final long LOCK_TTL = 10_000;
    private static final int STEP_ATTEMPTS = 3;
    private static final int RESTART_ATTEMPTS = 14;
    private static final long FIRST_RESTART_PAUSE = 1000;
    private static final long LONGEST_RESTART_PAUSE = 30_000;
    private static final long HEALTH_DEADLINE = 300_000;
    private static final long JOIN_DEADLINE = 120_000;

    private final SimulatedWorker worker;
    private final SimulatedHost host;
    private final Simulation sim;
    private @Nullable Candidate lock;
    private @Nullable Runnable whenCancelled;
    private boolean isCancelled;
    private boolean isOver;

    SimulatedWork(SimulatedWorker worker) {
        this.worker = worker;
        this.host = worker.host;
        this.sim = worker.sim;
    }

    /** The process is no more. */
    void die(boolean isGraceful) {
        isOver = true;
        if (isGraceful) {
            release();
        }
    }

    private void later(long delay, Runnable what) {
        worker.later(delay, () -> {
            if (!isOver) {
                what.run();
            }
        });
    }

    private void end(WorkerEvent event) {
        if (!isOver) {
            isOver = true;
            release();
            worker.answer(event);
        }
    }

    private void release() {
        Candidate held = lock;
        lock = null;
        if (held != null) {
            held.withdraw();
        }
    }

    // ---- cancellation

    void cancel() {
        isCancelled = true;
        if (whenCancelled != null) {
            later(sim.faults.latency(), this::heed);
        }
    }

    private void heed() {
        Runnable then = whenCancelled;
        whenCancelled = null;
        if (then != null) {
            then.run();
        }
    }

    /** Until {@link #uncancellable}, a wish to cancel ends the work so. */
    private void cancellable(Runnable then) {
        whenCancelled = then;
        if (isCancelled) {
            later(sim.faults.latency(), this::heed);
        }
    }

    private void uncancellable() {
        whenCancelled = null;
    }

    // ---- the lock

    private void withLock(Runnable held, Runnable failed) {
        sim.etcd
                .workers()
                .campaign(
                        worker,
                        LOCK_TTL,
                        candidate -> lock = candidate,
                        () -> {
                            if (!isOver && lock != null && lock.isElected) {
                                held.run();
                            }
                        },
                        () -> {
                            if (!isOver && lock != null && !lock.isElected) {
                                release();
                                withLock(held, failed); // the key vanished while it waited: it stands again
                            }
                        },
                        () -> {
                            lock = null;
                            later(0, failed);
                        });
    }

    // ---- steps

    void runStep(UpdateRequest request, int step) {
        sim.invariants.begins(host, request, step);
        cancellable(() -> end(new StepEnded(step, new Outcome.Cancelled())));
        attempt(request, step, 1);
    }

    private void attempt(UpdateRequest request, int step, int number) {
        Consumer<String> retry = reason -> {
            release();
            if (number >= STEP_ATTEMPTS) {
                end(new StepEnded(step, new Outcome.Failed(reason)));
            } else {
                later(1000, () -> attempt(request, step, number + 1));
            }
        };
        // as long as etcd does not answer, a step is tried again
        Runnable outage = () -> {
            release();
            later(2000, () -> attempt(request, step, number));
        };
        if (step == Simulation.UPDATE_CKE && isUploaded(request)) {
            body(request, step, retry, outage);
        } else if (step == Simulation.UPDATE_CKE || step == Simulation.UPDATE_ETCD) {
            withLock(() -> body(request, step, retry, outage), outage);
        } else {
            body(request, step, retry, outage);
        }
    }

    private boolean isUploaded(UpdateRequest request) {
        return sim.etcd
                .upload()
                .filter(record -> record.version().equals(request.version()))
                .isPresent();
    }

    private void body(UpdateRequest request, int step, Consumer<String> retry, Runnable outage) {
        if (sim.dice.oneIn(2)) {
            uncancellable();
        }
        long duration = sim.faults.stepDuration(step);
        later(duration, () -> {
            if (sim.faults.stepFails(host)) {
                retry.accept("a command of step " + step + " failed");
            } else if (host.isBroken(step)) {
                fail(request, step);
            } else {
                uncancellable();
                work(request, step, retry, outage);
            }
        });
    }

    private void fail(UpdateRequest request, int step) {
        if (lock != null && step == Simulation.UPDATE_CKE) {
            Candidate held = lock;
            sim.etcd.ask(
                    worker,
                    () -> sim.etcd.guarded(
                            held, () -> sim.etcd.putUpload(new EtcdModel.UploadRecord(request.version(), false))),
                    ok -> later(0, () -> failed(step)),
                    () -> later(0, () -> failed(step)));
        } else {
            failed(step);
        }
    }

    private void failed(int step) {
        end(new StepEnded(step, new Outcome.Failed("step " + step + " is broken on boot-" + host.lrn)));
    }

    private void work(UpdateRequest request, int step, Consumer<String> retry, Runnable outage) {
        if (step == Simulation.UPDATE_ETCD) {
            updateEtcd(request, step, sim.timeline.now() + JOIN_DEADLINE, retry);
        } else if (step == Simulation.STOP_CKE) {
            host.stopCke();
            done(request, step);
        } else if (step == Simulation.UPDATE_CKE) {
            updateCke(request, step, outage);
        } else {
            done(request, step);
        }
    }

    private void done(UpdateRequest request, int step) {
        sim.invariants.finishes(host, request, step);
        later(sim.dice.small(50), () -> end(new StepEnded(step, new Outcome.Succeeded())));
    }

    private void updateEtcd(UpdateRequest request, int step, long deadline, Consumer<String> retry) {
        Set<Integer> members = sim.etcd.members();
        if (!members.contains(host.lrn)) {
            Set<Integer> expected = new HashSet<>(members);
            expected.retainAll(request.servers());
            if (!sim.etcd.areAllUp(expected) || !sim.etcd.isServing()) {
                if (sim.timeline.now() > deadline) {
                    retry.accept("not all members of etcd are healthy");
                } else {
                    later(2000, () -> updateEtcd(request, step, deadline, retry));
                }
                return;
            }
            members.add(host.lrn);
            host.configureEtcd(sim.idOf(request));
            host.startEtcd();
            sim.trace.say("etcd", "member added");
        }
        host.configureEtcd(sim.idOf(request));
        if (sim.dice.oneIn(3)) {
            worker.endpointsMoved();
        }
        done(request, step);
    }

    private void updateCke(UpdateRequest request, int step, Runnable outage) {
        Runnable start = () -> {
            host.startCke(request);
            done(request, step);
        };
        boolean isRecorded = isUploaded(request);
        if (isRecorded) {
            if (!sim.etcd.upload().orElseThrow().isSuccess()) {
                end(new StepEnded(step, new Outcome.Failed("another server failed in step " + step + " before")));
                return;
            }
            start.run();
            return;
        }
        Candidate held = lock;
        if (held == null || held.isToldLost) {
            outage.run();
            return;
        }
        sim.etcd.ask(
                worker,
                () -> sim.etcd.guarded(
                        held, () -> sim.etcd.putUpload(new EtcdModel.UploadRecord(request.version(), true))),
                isTaken -> later(0, isTaken ? start : outage),
                () -> later(0, outage));
    }

    // ---- installing

    void install(UpdateRequest request) {
        cancellable(() -> end(new InstallEnded(new Outcome.Cancelled())));
        awaitInstallation(request);
    }

    private void awaitInstallation(UpdateRequest request) {
        if (host.isInstalling()) {
            later(1000, () -> awaitInstallation(request));
            return;
        }
        later(sim.faults.downloadDuration(), () -> {
            if (host.isInstallBroken()) {
                end(new InstallEnded(new Outcome.Failed("release " + request.version() + " cannot be downloaded")));
                return;
            }
            uncancellable();
            host.install(
                    request.version(),
                    () -> later(0, () -> end(new InstallEnded(new Outcome.Failed("dpkg failed (exit status 1)")))));
        });
    }

    // ---- the restart of etcd

    void restartEtcd(UpdateRequest request) {
        restartEtcd(request, 1, FIRST_RESTART_PAUSE);
    }

    private void restartEtcd(UpdateRequest request, int attempt, long pause) {
        cancellable(() -> end(new WorkerEvent.EtcdRestartEnded()));
        Runnable failed = () -> {
            release();
            if (attempt == RESTART_ATTEMPTS) {
                sim.invariants.givesUpRestart(host);
                end(new WorkerEvent.EtcdRestartEnded());
            } else {
                later(pause, () -> restartEtcd(request, attempt + 1, Math.min(2 * pause, LONGEST_RESTART_PAUSE)));
            }
        };
        // as long as etcd does not answer, it is tried again
        Runnable outage = () -> {
            release();
            later(pause, () -> restartEtcd(request, attempt, Math.min(2 * pause, LONGEST_RESTART_PAUSE)));
        };
        if (sim.mutation == Mutation.NO_RESTART_LOCK) {
            gate(request, sim.timeline.now() + HEALTH_DEADLINE, 500, failed);
        } else {
            withLock(
                    () -> {
                        if (removeStrangers(request)) {
                            gate(request, sim.timeline.now() + HEALTH_DEADLINE, 500, failed);
                        } else {
                            later(60_000, failed);
                        }
                    },
                    outage);
        }
    }

    private boolean removeStrangers(UpdateRequest request) {
        for (int member : List.copyOf(sim.etcd.members())) {
            if (!request.isMember(member) && isPresent(request) && !removeMember(member)) {
                return false;
            }
        }
        return true;
    }

    private boolean isPresent(UpdateRequest request) {
        Optional<UpdateRequest> current = sim.etcd.request();
        return current.equals(Optional.of(request)) || current.equals(Optional.of(request.stopped()));
    }

    private boolean removeMember(int member) {
        if (!isLockHeld()) {
            return false;
        }
        return sim.etcd.removeMember(member);
    }

    private void gate(UpdateRequest request, long deadline, long poll, Runnable failed) {
        Set<Integer> members = sim.etcd.members();
        if (members.contains(host.lrn) && members.size() > 1 && !sim.etcd.areAllUp(members)) {
            if (sim.timeline.now() > deadline) {
                failed.run();
            } else {
                later(poll, () -> gate(request, deadline, sim.dice.between(20, 1000), failed));
            }
            return;
        }
        if (sim.faults.freezes()) {
            host.pause(sim.dice.between(5000, 40_000));
        }
        later(sim.dice.small(1000), () -> act(failed));
    }

    private void act(Runnable failed) {
        if (sim.mutation != Mutation.NO_RESTART_LOCK && !isLockHeld()) {
            failed.run();
            return;
        }
        uncancellable();
        long duration = sim.dice.between(500, 6000);
        host.restartEtcd(duration);
        later(duration, () -> awaitOwn(sim.timeline.now() + HEALTH_DEADLINE, 100, failed));
    }

    private boolean isLockHeld() {
        return lock != null && !lock.isToldLost && (!lock.isOverdue || sim.mutation == Mutation.IGNORE_CLOCK_OF_LOCK);
    }

    private void awaitOwn(long deadline, long poll, Runnable failed) {
        if ((host.isMemberUp() && sim.etcd.isServing()) || !sim.etcd.members().contains(host.lrn)) {
            end(new WorkerEvent.EtcdRestartEnded());
        } else if (sim.timeline.now() > deadline) {
            failed.run();
        } else {
            later(poll, () -> awaitOwn(deadline, Math.min(2 * poll, 10_000), failed));
        }
    }
}
