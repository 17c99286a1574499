package io.neco.worker;

import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.store.StoreEvent;
import io.neco.store.StoreException;
import io.neco.store.StoreWatch;
import io.neco.store.WatchTopic;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateStatus;
import io.neco.worker.WorkerEvent.Outcome;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Carries out what {@link WorkerState} decides. One thread, the one that calls {@link #run}, takes events from a queue, one at a time;
 * etcd's watch and the work thread put them there. Steps, installation and restarts run on the work thread.
 */
final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What ends {@link #run}. */
    enum End {
        /** The worker was told to stop. */
        STOPPED,
        /** The new version is installed, but this process was not replaced. */
        REPLACED,
        /** The program itself has failed; what it was doing is reported as failed. Another process may do better. */
        BROKEN
    }

    private sealed interface Item {
        record FromStore(StoreEvent event) implements Item {}

        record FromWork(WorkerEvent event) implements Item {}

        /** Work has met an error of the program, and its end is in the queue before this. */
        record Broken() implements Item {}
    }

    private final Self self;
    private final StoreLink link;
    private final Journal journal;
    private final Duties duties;
    private final Outages outages = new Outages();
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private final ExecutorService work = Executors.newSingleThreadExecutor(task -> new Thread(task, "work"));

    private @Nullable NecoStore store;
    private @Nullable StoreWatch watch;
    private @Nullable Settings settings;
    private @Nullable WorkerState state;
    private @Nullable Cancellation cancellation;
    private Cancellation settling = new Cancellation();
    private Cancellation takingUp = new Cancellation();
    private WorkerEvent.@Nullable PatienceEnded patience;
    private long patienceEnd;
    private boolean hasConfigChanged;
    private boolean isWorking;
    private boolean isSettling;
    private boolean isLeaving;
    private boolean isBroken;
    private boolean hasTold;

    Worker(Self self, StoreLink link, Journal journal, Duties duties) {
        this.self = self;
        this.link = link;
        this.journal = journal;
        this.duties = duties;
    }

    /**
     * Works until the thread is interrupted, which means to stop, or a new version has been installed.
     *
     * @throws io.neco.store.EtcdConfigException when {@code /etc/neco/config.yml} cannot be used
     */
    End run() {
        try {
            work(duties::start);
            NecoStore opened = open();
            // if it could not be begun without the proxy, systemd would try again and again, and nobody would take up
            // the mended one
            Settings first = outages.survive("read the settings", () -> Settings.first(opened, Worker::tellRefused));
            settings = first;
            apply(WorkerState.start(self, journal.read()));
            tellStarted();
            // whoever waits at the first barrier should not wait for this as well; the first step does it again
            takeUp(opened, first);
            while (!isLeaving && !isBroken) {
                take();
                tellStarted();
            }
            return isBroken ? End.BROKEN : End.REPLACED;
        } catch (InterruptedException e) {
            return End.STOPPED;
        } finally {
            end();
        }
    }

    /** Not while an update's first step waits: the processors of slower servers may be this one's, and all wait for the slowest. */
    private void tellStarted() throws InterruptedException {
        boolean isAwaited =
                state().phase() instanceof Phase.Updating update && update.step() == 1 && !update.isRunning();
        if (!hasTold && !isAwaited) {
            hasTold = true;
            duties.started();
        }
    }

    private void end() {
        work.shutdownNow();
        if (watch != null) {
            watch.close();
        }
        try {
            // steps give their locks up on the way out
            if (!work.awaitTermination(300, TimeUnit.MILLISECONDS) && isWorking) {
                log.warn("work does not stop, leaving it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
        if (store != null) {
            store.close();
        }
    }

    private void take() throws InterruptedException {
        Item item;
        if (patience == null) {
            item = queue.take();
        } else {
            item = queue.poll(Math.max(0, patienceEnd - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        if (item == null) {
            WorkerEvent.PatienceEnded ended = patience;
            patience = null;
            if (ended != null) {
                feed(ended);
            }
        } else if (item instanceof Item.FromWork fromWork) {
            isWorking = false;
            reopenIfMoved();
            takeUpSettings();
            takeUpAgain(fromWork.event());
            feed(fromWork.event());
        } else if (item instanceof Item.Broken) {
            isBroken = true;
        } else if (item instanceof Item.FromStore fromStore) {
            translate(fromStore.event());
        }
    }

    private void translate(StoreEvent event) throws InterruptedException {
        if (event instanceof StoreEvent.RequestChanged e) {
            feed(new WorkerEvent.RequestChanged(e.revision(), e.request()));
        } else if (event instanceof StoreEvent.StatusReported e) {
            feed(new WorkerEvent.StatusReported(e.revision(), e.lrn(), e.status()));
        } else if (event instanceof StoreEvent.StatusDeleted e) {
            feed(new WorkerEvent.StatusDeleted(e.revision()));
        } else if (event instanceof StoreEvent.InfoChanged e) {
            feed(new WorkerEvent.InfoChanged(e.revision()));
        } else if (event instanceof StoreEvent.Malformed e) {
            feed(new WorkerEvent.Malformed(
                    e.revision(), String.valueOf(e.error().getMessage())));
        } else if (event instanceof StoreEvent.Missed) {
            hasConfigChanged = true;
            takeUpSettings();
            feed(new WorkerEvent.Missed());
        } else if (event instanceof StoreEvent.ConfigChanged e) {
            log.atInfo().addKeyValue("key", e.key()).log("settings have changed");
            hasConfigChanged = true;
            takeUpSettings();
        }
    }

    private void feed(WorkerEvent event) throws InterruptedException {
        if (state != null) {
            apply(state.on(event));
        }
    }

    private void apply(Transition transition) throws InterruptedException {
        state = transition.state();
        for (Effect effect : transition.effects()) {
            carryOut(effect);
        }
    }

    private void carryOut(Effect effect) throws InterruptedException {
        if (effect instanceof Effect.Tell tell) {
            LoggingEventBuilder line = log.atLevel(tell.level());
            for (Map.Entry<String, Object> field : tell.fields().entrySet()) {
                line = line.addKeyValue(field.getKey(), field.getValue());
            }
            line.log(tell.message());
        } else if (effect instanceof Effect.TakeView) {
            takeView();
        } else if (effect instanceof Effect.Report report) {
            report(report);
        } else if (effect instanceof Effect.Note note) {
            journal.note(note.entry());
            if (note.entry().isSavedFirst()) {
                journal.flush();
            }
        } else if (effect instanceof Effect.Forget) {
            journal.forget();
            settle();
        } else if (effect instanceof Effect.WaitForCompletion wait) {
            patience = new WorkerEvent.PatienceEnded(wait.request());
            patienceEnd = System.nanoTime() + PATIENCE.toNanos();
        } else if (effect instanceof Effect.CancelWork cancel) {
            if (cancellation != null) {
                cancellation.request(cancel.reason());
            }
        } else if (effect instanceof Effect.Exit) {
            isLeaving = true;
        } else {
            begin(effect);
        }
    }

    private void begin(Effect effect) {
        Cancellation wish = new Cancellation();
        cancellation = wish;
        isWorking = true;
        isSettling = false;
        if (effect instanceof Effect.Install || (effect instanceof Effect.RunStep run && run.step() == 1)) {
            takingUp.request("an update begins, whose first step does it");
        }
        NecoStore etcd = store();
        Settings now = settings();
        if (effect instanceof Effect.RunStep run) {
            work(() -> {
                Runnable[] told = {() -> {}};
                attempt(
                        () -> told[0] = duties.runStep(etcd, now, run.request(), run.step(), wish),
                        outcome -> new WorkerEvent.StepEnded(run.step(), outcome));
                told[0].run();
            });
        } else if (effect instanceof Effect.Install install) {
            work(() -> attempt(() -> duties.install(now, install.request(), wish), WorkerEvent.InstallEnded::new));
        } else if (effect instanceof Effect.RestartEtcd restart) {
            patience = null;
            work(() -> attempt(
                    () -> duties.restartEtcd(etcd, restart.request(), wish),
                    outcome -> new WorkerEvent.EtcdRestartEnded()));
        } else {
            throw new IllegalStateException("unknown effect: " + effect);
        }
    }

    // ---- etcd

    private NecoStore open() throws InterruptedException {
        Supplier<NecoStore> opening = link::open;
        NecoStore opened = outages.survive("connect to etcd", opening);
        store = opened;
        // begun before anything is read, so that nothing changes unheard
        long revision = outages.survive("read the revision", opened::revision);
        watch = opened.watch(
                Set.of(WatchTopic.STATUS, WatchTopic.INFO, WatchTopic.CONFIG),
                revision + 1,
                event -> queue.add(new Item.FromStore(event)));
        return opened;
    }

    private void takeView() throws InterruptedException {
        NecoStore etcd = store();
        Snapshot view;
        try {
            view = outages.survive("read request and reports", etcd::snapshot);
        } catch (MalformedValueException e) {
            feed(new WorkerEvent.ViewMalformed(String.valueOf(e.getMessage())));
            return;
        }
        feed(new WorkerEvent.ViewTaken(view));
    }

    /**
     * Writes the own report once: after a failure it first looks whether the report got through. When it is about a request that is no more,
     * it is not written, and a new view is taken soon.
     */
    private void report(Effect.Report report) throws InterruptedException {
        UpdateStatus status = report.status();
        NecoStore etcd = store();
        long known = state().known();
        boolean[] isRepeated = {false};
        Supplier<Boolean> attempt = () -> {
            if (isRepeated[0] && status.equals(ownReport(etcd).orElse(null))) {
                return true;
            }
            isRepeated[0] = true;
            return etcd.putStatus(self.lrn(), status, known) || putReason(etcd, report);
        };
        if (!outages.survive("report step " + status.step(), attempt)) {
            log.atInfo()
                    .addKeyValue("version", status.version())
                    .addKeyValue("step", status.step())
                    .log("the request has changed, this is not reported any more");
            queue.add(new Item.FromStore(new StoreEvent.Missed(known)));
        }
    }

    /**
     * Writes a report of an abort about a request that was stopped meanwhile, but is the same otherwise: the leading updater stops it when
     * the first server has given up, while others are still ending their step; their reasons are wanted as well.
     */
    private boolean putReason(NecoStore etcd, Effect.Report report) {
        if (report.status().condition() != UpdateCondition.ABORTED) {
            return false;
        }
        Snapshot view;
        try {
            view = etcd.snapshot();
        } catch (MalformedValueException e) {
            return false; // the next view tells
        }
        return view.request().equals(Optional.of(report.request().stopped()))
                && etcd.putStatus(self.lrn(), report.status(), view.revision());
    }

    private Optional<UpdateStatus> ownReport(NecoStore etcd) {
        try {
            return Optional.ofNullable(etcd.statuses().get(self.lrn()));
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
    }

    /** A step may have rewritten the list of etcd's endpoints. */
    private void reopenIfMoved() throws InterruptedException {
        if (!link.hasMoved()) {
            return;
        }
        log.info("the configuration of etcd has changed, connecting anew");
        if (watch != null) {
            watch.close();
            watch = null;
        }
        store().close();
        open();
        hasConfigChanged = true;
        feed(new WorkerEvent.Missed());
    }

    private static void tellRefused(String goingOn, MalformedValueException why) {
        log.atError().addKeyValue("error", why.getMessage()).log(goingOn);
    }

    /** What made way for an installation that failed: no first step follows to do it. */
    private void takeUpAgain(WorkerEvent event) {
        if (event instanceof WorkerEvent.InstallEnded install
                && !(install.outcome() instanceof Outcome.Succeeded)
                && takingUp.isRequested()) {
            takeUp(store(), settings());
        }
    }

    private void takeUpSettings() throws InterruptedException {
        if (!hasConfigChanged || isWorking) {
            return;
        }
        hasConfigChanged = false;
        NecoStore etcd = store();
        Settings before = settings();
        Settings changed = outages.survive("read the settings", () -> before.changed(etcd, Worker::tellRefused));
        if (!changed.equals(before)) {
            settings = changed;
            log.info("settings taken up");
            takeUp(etcd, changed);
        }
    }

    // ---- work

    private interface Task {
        void run() throws InterruptedException;
    }

    private interface Attempt {
        void run() throws IOException, CancelledException, InterruptedException;
    }

    /** What an ended update has left stopped is started, on the work thread like the steps that stop it. */
    private void settle() {
        Cancellation wish = new Cancellation();
        work(() -> duties.settle(wish));
        settling = wish;
        isSettling = true;
    }

    /** Settling goes on after it, unless an update has run a step since, which may have stopped something on purpose. */
    private void takeUp(NecoStore etcd, Settings now) {
        Cancellation wish = new Cancellation();
        work(() -> duties.takeUp(etcd, now, wish));
        takingUp = wish;
        if (isSettling) {
            settle();
        }
    }

    /** Settling, which may go on for long, makes way for whatever else there is to do. */
    private void work(Task task) {
        settling.request("there is other work");
        try {
            work.execute(() -> {
                try {
                    task.run();
                } catch (InterruptedException e) {
                    log.debug("work was interrupted");
                } catch (RuntimeException | Error e) {
                    // nobody waits for it; what comes next may be more important
                    log.atError().setCause(e).log("unexpected failure");
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("the worker stops, no work is begun any more");
        }
    }

    /** Whatever happens, the answer is given: without it no other work would be begun. */
    private void attempt(Attempt attempt, Function<Outcome, WorkerEvent> answer) throws InterruptedException {
        Outcome outcome;
        boolean isBroken = false;
        try {
            outcome = outcome(attempt);
        } catch (Error e) {
            // e.g. a class that cannot be loaded: it will not get better in this process
            outcome = unexpected(e);
            isBroken = true;
        }
        queue.add(new Item.FromWork(answer.apply(outcome)));
        if (isBroken) {
            queue.add(new Item.Broken());
        }
    }

    private static Outcome outcome(Attempt attempt) throws InterruptedException {
        try {
            attempt.run();
            return new Outcome.Succeeded();
        } catch (CancelledException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("work was given up");
            return new Outcome.Cancelled();
        } catch (IOException | StoreException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
            return new Outcome.Failed(e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (RuntimeException e) {
            return unexpected(e);
        }
    }

    private static Outcome unexpected(Throwable e) {
        log.atError().setCause(e).log("unexpected failure");
        return new Outcome.Failed("unexpected failure: " + e + "; see `journalctl -u neco-worker` on this server");
    }

    private NecoStore store() {
        return java.util.Objects.requireNonNull(store, "etcd is connected to first");
    }

    private WorkerState state() {
        return java.util.Objects.requireNonNull(state, "the state is there before its effects");
    }

    private Settings settings() {
        return java.util.Objects.requireNonNull(settings, "settings are read first");
    }
}
