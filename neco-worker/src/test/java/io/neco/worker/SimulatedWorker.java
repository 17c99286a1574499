package io.neco.worker;

import io.neco.store.StoreEvent;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Worker} without threads: it carries out what {@link WorkerState}, the one of production, decides. Between any two effects the
 * process may die; each call of etcd takes its time and may have an unknown end.
 */
final class SimulatedWorker extends SimulatedProcess {
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 2000;
    private static final long PATIENCE = 60_000;

    /** Effects to carry out, and events to deal with after the effects before them. */
    private final Deque<Object> agenda = new ArrayDeque<>();

    private final Deque<Object> inbox = new ArrayDeque<>();
    private @Nullable SimulatedJournal journal;
    private @Nullable WorkerState state;
    private @Nullable WatchModel watch;
    private @Nullable SimulatedWork work;
    private int patience;
    private boolean isBlocked;
    private boolean haveEndpointsMoved;
    private boolean isLeaving;

    SimulatedWorker(Simulation sim, SimulatedHost host) {
        super(sim, host, "worker-" + host.lrn);
    }

    @Nullable
    WorkerState state() {
        return state;
    }

    @Override
    void started() {
        isBlocked = true;
        isLeaving = false;
        haveEndpointsMoved = false;
        journal = new SimulatedJournal(this);
        long boot = sim.dice.between(50, 1500);
        later(
                boot,
                () -> survive(FIRST_PAUSE, () -> {
                    Optional<JournalEntry> entry = host.journal();
                    if (sim.mutation == Mutation.RESUME_NEXT_STEP) {
                        entry = entry.filter(
                                        e -> e.phase() == JournalEntry.Phase.STEP && e.step() < Simulation.LAST_STEP)
                                .map(e -> new JournalEntry(
                                        e.version(), e.startedAt(), e.step() + 1, e.phase(), e.resumes()))
                                .or(host::journal);
                    }
                    say("reads its journal: %s", entry);
                    isBlocked = false;
                    apply(WorkerState.start(new Self(host.lrn, host.version(), Simulation.LAST_STEP), entry));
                    pump();
                }));
    }

    @Override
    void ended(boolean isGraceful) {
        if (work != null) {
            work.die(isGraceful);
            work = null;
        }
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (journal != null) {
            journal.die();
        }
        state = null;
        agenda.clear();
        inbox.clear();
        patience++;
    }

    // ---- the loop

    private void pump() {
        while (isAlive() && !isBlocked) {
            Object next = agenda.poll();
            if (next instanceof Effect effect) {
                if (diesHere()) {
                    return;
                }
                carryOut(effect);
            } else if (next instanceof WorkerEvent event) {
                feed(event);
            } else if (isLeaving) {
                stop(true);
                restart(1000);
            } else if (inbox.isEmpty()) {
                return;
            } else {
                take(inbox.remove());
            }
        }
    }

    private void unblock() {
        isBlocked = false;
        pump();
    }

    private void hear(Object item) {
        inbox.add(item);
        pump();
    }

    private void take(Object item) {
        if (item instanceof WorkerEvent fromWork) {
            work = null;
            agenda.addFirst(fromWork);
            if (haveEndpointsMoved) {
                haveEndpointsMoved = false;
                if (watch != null) {
                    watch.close();
                    watch = null;
                }
                feed(new WorkerEvent.Missed());
            }
        } else if (item instanceof StoreEvent.RequestChanged e) {
            feed(new WorkerEvent.RequestChanged(e.revision(), e.request()));
        } else if (item instanceof StoreEvent.StatusReported e) {
            feed(new WorkerEvent.StatusReported(e.revision(), e.lrn(), e.status()));
        } else if (item instanceof StoreEvent.StatusDeleted e) {
            feed(new WorkerEvent.StatusDeleted(e.revision()));
        } else if (item instanceof StoreEvent.Missed && sim.mutation != Mutation.IGNORE_MISSED) {
            feed(new WorkerEvent.Missed());
        } else if (item instanceof StoreEvent.ConfigChanged) {
            isBlocked = true;
            survive(FIRST_PAUSE, this::unblock);
        }
    }

    private void feed(WorkerEvent event) {
        if (state != null) {
            if (sim.trace.isOn()) {
                say("<- %s", event);
            }
            apply(state.on(event));
        }
    }

    private void apply(Transition transition) {
        state = transition.state();
        if (sim.mutation == Mutation.SKIP_BARRIER && state.phase() instanceof Phase.Updating updating) {
            state = new WorkerState(
                    state.self(),
                    new Phase.Updating(
                            updating.request(),
                            updating.step(),
                            new Barrier(Set.of()),
                            updating.reports(),
                            updating.isRunning(),
                            updating.deferred()),
                    state.seen(),
                    state.known(),
                    state.isBlind());
        }
        List<Effect> effects = transition.effects();
        for (int i = effects.size() - 1; i >= 0; i--) {
            agenda.addFirst(effects.get(i));
        }
    }

    private void carryOut(Effect effect) {
        if (sim.trace.isOn() && !(effect instanceof Effect.TakeView)) {
            say("-> %s", effect);
        }
        if (effect instanceof Effect.TakeView) {
            isBlocked = true;
            takeView(FIRST_PAUSE);
        } else if (effect instanceof Effect.Report report) {
            isBlocked = true;
            report(
                    report.status(),
                    report.request(),
                    java.util.Objects.requireNonNull(state).known(),
                    false,
                    FIRST_PAUSE);
        } else if (effect instanceof Effect.Note note) {
            note(note.entry());
        } else if (effect instanceof Effect.Forget) {
            journal().note(Optional.empty());
        } else if (effect instanceof Effect.WaitForCompletion wait) {
            int mine = ++patience;
            later(PATIENCE, () -> {
                if (mine == patience) {
                    agenda.addLast(new WorkerEvent.PatienceEnded(wait.request()));
                    pump();
                }
            });
        } else if (effect instanceof Effect.CancelWork) {
            if (work != null) {
                work.cancel();
            }
        } else if (effect instanceof Effect.Exit) {
            isLeaving = true;
        } else if (effect instanceof Effect.RunStep run) {
            begin();
            work().runStep(run.request(), run.step());
        } else if (effect instanceof Effect.Install install) {
            begin();
            work().install(install.request());
        } else if (effect instanceof Effect.RestartEtcd restart) {
            patience++;
            begin();
            work().restartEtcd(restart.request());
        }
    }

    private void note(JournalEntry entry) {
        if (sim.mutation == Mutation.FORGET_RESTART && entry.phase() == JournalEntry.Phase.ETCD_RESTART) {
            journal().note(Optional.empty());
            return;
        }
        journal().note(Optional.of(entry));
        if (entry.isSavedFirst() && sim.mutation != Mutation.NO_FLUSH) {
            isBlocked = journal().flush(this::unblock);
        }
    }

    private void begin() {
        work = new SimulatedWork(this);
    }

    private SimulatedWork work() {
        return java.util.Objects.requireNonNull(work);
    }

    private SimulatedJournal journal() {
        return java.util.Objects.requireNonNull(journal);
    }

    // ---- work

    /** Work has ended. */
    void answer(WorkerEvent event) {
        if (sim.mutation == Mutation.CANCELLED_IS_DONE
                && event instanceof WorkerEvent.StepEnded ended
                && ended.outcome() instanceof WorkerEvent.Outcome.Cancelled) {
            hear(new WorkerEvent.StepEnded(ended.step(), new WorkerEvent.Outcome.Succeeded()));
            return;
        }
        hear(event);
    }

    /** A step has rewritten the list of etcd's endpoints. */
    void endpointsMoved() {
        haveEndpointsMoved = true;
    }

    // ---- etcd

    private static long longer(long pause) {
        return Math.min(2 * pause, LONGEST_PAUSE);
    }

    /** A read whose answer does not matter here. */
    private void survive(long pause, Runnable then) {
        sim.etcd.ask(this, () -> true, ok -> then.run(), () -> later(pause, () -> survive(longer(pause), then)));
    }

    private void takeView(long pause) {
        Runnable again = () -> later(pause, () -> takeView(longer(pause)));
        if (watch == null) {
            sim.etcd.ask(
                    this,
                    sim.etcd::revision,
                    revision -> {
                        watch = sim.etcd.watch(this, revision + 1, this::hear);
                        takeView(FIRST_PAUSE);
                    },
                    again);
            return;
        }
        sim.etcd.ask(
                this,
                sim.etcd::snapshot,
                view -> {
                    isBlocked = false;
                    feed(new WorkerEvent.ViewTaken(view));
                    pump();
                },
                again);
    }

    private void report(UpdateStatus status, UpdateRequest about, long known, boolean isRepeated, long pause) {
        Runnable again = () -> later(pause, () -> report(status, about, known, true, longer(pause)));
        Runnable put = () -> sim.etcd.ask(
                this,
                () -> {
                    boolean isReason = status.condition() == UpdateCondition.ABORTED
                            && sim.etcd.snapshot().request().equals(Optional.of(about.stopped()));
                    if (!sim.etcd.isRequestOf(known) && !isReason && sim.mutation != Mutation.UNGUARDED_REPORT) {
                        return false;
                    }
                    sim.invariants.reports(host, about, status);
                    sim.etcd.putStatus(host.lrn, status);
                    return true;
                },
                isWritten -> {
                    if (!isWritten) {
                        say("cannot report any more: %s", status);
                        inbox.add(new StoreEvent.Missed(known));
                    }
                    unblock();
                },
                again);
        if (!isRepeated || sim.mutation == Mutation.REPEAT_REPORT) {
            put.run();
            return;
        }
        sim.etcd.ask(
                this,
                () -> Optional.ofNullable(sim.etcd.statuses().get(host.lrn)),
                own -> {
                    if (own.equals(Optional.of(status))) {
                        unblock();
                    } else {
                        put.run();
                    }
                },
                again);
    }

    // ---- for the invariants

    /** Why nothing happens, for people. */
    String situation() {
        WorkerState now = state;
        if (now == null) {
            return "starting";
        }
        Phase phase = now.phase();
        if (phase instanceof Phase.Updating updating && !updating.isRunning()) {
            Set<Integer> missing = new HashSet<>(updating.barrier().awaited());
            return "waits for " + missing + " before step " + updating.step();
        }
        return phase.toString();
    }

    boolean isIdle() {
        return state != null
                && state.phase() instanceof Phase.Idle
                && work == null
                && agenda.isEmpty()
                && inbox.isEmpty();
    }

    /** Whether a report says that its server has arrived somewhere. */
    static boolean isArrival(UpdateStatus status) {
        return status.condition() == UpdateCondition.RUNNING || status.condition() == UpdateCondition.COMPLETED;
    }
}
