package io.neco.worker;

import io.neco.store.StoreEvent;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A worker of the reference, rule by rule: it has no journal, ends itself after every error and every update, and takes an update in whose
 * middle it was restarted for aborted. Source: worker/worker.go and storage/worker_watcher.go at 1eec387.
 */
final class ReferenceWorker extends SimulatedProcess {
    private static final long PLACE_MILLIS = 60_000;
    private static final long LOCK_TTL = 10_000;

    private final Deque<StoreEvent> inbox = new ArrayDeque<>();
    private Set<Integer> barrier = Set.of();
    private @Nullable WatchModel watch;
    private @Nullable UpdateRequest current;
    private @Nullable Candidate lock;
    private int step;
    private boolean isRunningStep;
    private long waitRevision;
    private long readRevision;

    ReferenceWorker(Simulation sim, SimulatedHost host) {
        super(sim, host, "go-" + host.lrn);
    }

    private record Reading(Optional<UpdateRequest> request, long modified, long revision) {}

    @Override
    void started() {
        later(sim.dice.between(100, 2000), this::read);
    }

    @Override
    void ended(boolean isGraceful) {
        closeWatch();
        if (lock != null && isGraceful) {
            lock.withdraw();
        }
        lock = null;
        inbox.clear();
        current = null;
        isRunningStep = false;
    }

    private void exit(String why) {
        say("exits: %s", why);
        stop(false);
        restart(1000);
    }

    private void closeWatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    private void read() {
        sim.etcd.ask(
                this,
                () -> new Reading(sim.etcd.request(), sim.etcd.requestModified(), sim.etcd.revision()),
                reading -> {
                    waitRevision = reading.revision();
                    readRevision = reading.modified();
                    evaluate(reading.request());
                },
                () -> later(1000, this::read));
    }

    private void evaluate(Optional<UpdateRequest> read) {
        if (diesHere()) {
            return;
        }
        if (read.isEmpty() || read.get().stop() || !read.get().isMember(host.lrn)) {
            waitRequest();
        } else if (!read.get().version().equals(host.version())) {
            install(read.get());
        } else {
            readStatuses(read.get());
        }
    }

    private void waitRequest() {
        closeWatch();
        inbox.clear();
        watch = sim.etcd.watch(this, waitRevision + 1, event -> {
            if (event instanceof StoreEvent.Missed) {
                exit("required revision has been compacted");
            } else if (event instanceof StoreEvent.ConfigChanged) {
                exit("detected config change");
            } else if (event instanceof StoreEvent.RequestChanged change
                    && change.request().isPresent()) {
                closeWatch();
                waitRevision = change.revision();
                readRevision = change.revision();
                evaluate(change.request());
            }
        });
    }

    private void install(UpdateRequest request) {
        later(sim.faults.downloadDuration(), () -> {
            if (host.isInstallBroken()) {
                exit("release cannot be downloaded");
            } else if (host.isInstalling()) {
                exit("dpkg is locked");
            } else {
                host.install(request.version(), () -> {
                    if (isAlive()) {
                        exit("dpkg failed");
                    }
                });
            }
        });
    }

    private void readStatuses(UpdateRequest request) {
        sim.etcd.ask(
                this,
                () -> new TreeMap<>(sim.etcd.statuses()),
                statuses -> decide(request, statuses),
                () -> exit("cannot read statuses"));
    }

    private void decide(UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        if (diesHere()) {
            return;
        }
        if (isAborted(request.version(), statuses)) {
            say("previous update was aborted", null);
            UpdateStatus own = statuses.get(host.lrn);
            if (own == null) {
                waitRequest();
            } else {
                put(request, own.withCondition(UpdateCondition.ABORTED), this::waitRequest, () -> exit("etcd failed"));
            }
        } else if (UpdateProgress.isCompleted(request.version(), request.servers(), statuses)) {
            waitRequest();
        } else {
            begin(request);
        }
    }

    private boolean isAborted(String version, Map<Integer, UpdateStatus> statuses) {
        for (Map.Entry<Integer, UpdateStatus> entry : statuses.entrySet()) {
            UpdateStatus status = entry.getValue();
            boolean isWaiting = status.step() == 1 && entry.getKey() != host.lrn;
            if (status.version().equals(version)
                    && (status.condition() == UpdateCondition.ABORTED
                            || (status.condition() != UpdateCondition.COMPLETED && !isWaiting))) {
                return true;
            }
        }
        return false;
    }

    private void put(UpdateRequest about, UpdateStatus status, Runnable then, Runnable failed) {
        sim.etcd.ask(
                this,
                () -> {
                    sim.invariants.reports(host, about, status);
                    sim.etcd.putStatus(host.lrn, status);
                    return true;
                },
                ok -> then.run(),
                failed);
    }

    // ---- the update

    private void begin(UpdateRequest request) {
        current = request;
        step = 1;
        barrier = new HashSet<>(request.servers());
        put(
                request,
                UpdateStatus.running(request.version(), 1),
                () -> {
                    watch = sim.etcd.watch(this, readRevision + 1, event -> {
                        inbox.add(event);
                        pump();
                    });
                },
                () -> exit("cannot put status"));
    }

    private void pump() {
        while (isAlive() && !isRunningStep && current != null && !inbox.isEmpty()) {
            if (diesHere()) {
                return;
            }
            hear(current, inbox.remove());
        }
    }

    private void hear(UpdateRequest request, StoreEvent event) {
        if (event instanceof StoreEvent.Missed) {
            abort(request, "required revision has been compacted");
        } else if (event instanceof StoreEvent.ConfigChanged) {
            exit("detected config change");
        } else if (event instanceof StoreEvent.RequestChanged change
                && change.request().isPresent()) {
            if (change.request().get().stop()) {
                say("request was canceled", null);
                current = null;
                waitRequest();
            } else {
                abort(request, "unexpected request");
            }
        } else if (event instanceof StoreEvent.StatusReported report) {
            hearStatus(request, report.lrn(), report.status());
        }
    }

    private void hearStatus(UpdateRequest request, int lrn, UpdateStatus status) {
        if (!request.isMember(lrn)) {
            return;
        }
        if (!status.version().equals(request.version())) {
            abort(request, "unexpected version in worker status: " + status.version());
        } else if (status.condition() == UpdateCondition.ABORTED) {
            abort(request, "other boot server failed to update: " + lrn);
        } else if (status.step() != step) {
            abort(request, "unexpected step in worker status: " + status.step());
        } else if (status.condition() == UpdateCondition.COMPLETED) {
            abort(request, "other boot server reports completion: " + lrn);
        } else {
            barrier.remove(lrn);
            if (barrier.isEmpty()) {
                runStep(request);
            }
        }
    }

    private void abort(UpdateRequest request, String message) {
        say("aborts: %s", message);
        isRunningStep = true; // nothing is heard any more
        put(request, UpdateStatus.aborted(request.version(), step, message), () -> exit(message), () -> exit(message));
    }

    private void runStep(UpdateRequest request) {
        isRunningStep = true;
        sim.invariants.begins(host, request, step);
        if (step == Simulation.UPDATE_ETCD || step == Simulation.UPDATE_CKE) {
            sim.etcd
                    .workers()
                    .campaign(
                            this,
                            LOCK_TTL,
                            candidate -> lock = candidate,
                            () -> body(request),
                            () -> {
                                if (lock != null && !lock.isElected) {
                                    body(request); // it does not notice that its key has vanished
                                }
                            },
                            () -> abort(request, "cannot join a campaign"));
        } else {
            body(request);
        }
    }

    private void body(UpdateRequest request) {
        later(sim.faults.stepDuration(step), () -> {
            if (lock != null) {
                lock.withdraw();
                lock = null;
            }
            if (sim.faults.stepFails(host) || host.isBroken(step)) {
                abort(request, "step " + step + " is broken on boot-" + host.lrn);
                return;
            }
            if (step == Simulation.UPDATE_ETCD) {
                if (sim.etcd.members().add(host.lrn)) {
                    host.startEtcd();
                }
                host.configureEtcd(sim.idOf(request));
            } else if (step == Simulation.UPDATE_CKE) {
                host.startCke(request); // it was never stopped: the reference looks in the wrong place
            }
            sim.invariants.finishes(host, request, step);
            stepEnded(request);
        });
    }

    private void stepEnded(UpdateRequest request) {
        if (step == Simulation.LAST_STEP) {
            put(
                    request,
                    UpdateStatus.completed(request.version(), step),
                    () -> restartEtcd(request),
                    () -> exit("cannot put status"));
            return;
        }
        step++;
        barrier = new HashSet<>(request.servers());
        put(
                request,
                UpdateStatus.running(request.version(), step),
                () -> {
                    isRunningStep = false;
                    pump();
                },
                () -> abort(request, "etcd failed"));
    }

    private void restartEtcd(UpdateRequest request) {
        closeWatch();
        List<Integer> servers = request.servers();
        int index = Collections.binarySearch(servers, host.lrn);
        int place = index < 0 ? -index - 1 : index;
        later(place * PLACE_MILLIS + 1000, () -> {
            long duration = sim.dice.between(500, 3000);
            host.restartEtcd(duration);
            later(duration + (place == 0 ? 6000 : 0), () -> {
                if (place == 0) {
                    for (int lrn : List.copyOf(sim.etcd.members())) {
                        if (!request.isMember(lrn)) {
                            if (!sim.etcd.removeMember(lrn)) {
                                break;
                            }
                            sim.invariants.referenceRemoves(lrn);
                        }
                    }
                }
                exit("exit status 3");
            });
        });
    }

    /** Whether it waits for another request. */
    boolean isIdle() {
        return isAlive() && current == null && watch != null;
    }
}
