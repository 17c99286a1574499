package io.neco.worker;

import io.neco.store.Snapshot;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import io.neco.worker.Phase.Completed;
import io.neco.worker.Phase.Deciding;
import io.neco.worker.Phase.Idle;
import io.neco.worker.Phase.Installing;
import io.neco.worker.Phase.Leaving;
import io.neco.worker.Phase.Updating;
import io.neco.worker.WorkerEvent.EtcdRestartEnded;
import io.neco.worker.WorkerEvent.InfoChanged;
import io.neco.worker.WorkerEvent.InstallEnded;
import io.neco.worker.WorkerEvent.Malformed;
import io.neco.worker.WorkerEvent.Missed;
import io.neco.worker.WorkerEvent.Outcome;
import io.neco.worker.WorkerEvent.PatienceEnded;
import io.neco.worker.WorkerEvent.RequestChanged;
import io.neco.worker.WorkerEvent.StatusDeleted;
import io.neco.worker.WorkerEvent.StatusReported;
import io.neco.worker.WorkerEvent.StepEnded;
import io.neco.worker.WorkerEvent.ViewMalformed;
import io.neco.worker.WorkerEvent.ViewTaken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.event.Level;

/** One event's worth of {@link WorkerState#on}: collects effects while the phase changes. */
final class Turn {
    private final Self self;
    private final List<Effect> effects = new ArrayList<>();
    private Phase phase;
    private long seen;
    private long known;
    private boolean isBlind;

    Turn(WorkerState state) {
        this.self = state.self();
        this.phase = state.phase();
        this.seen = state.seen();
        this.known = state.known();
        this.isBlind = state.isBlind();
    }

    Transition end() {
        return new Transition(new WorkerState(self, phase, seen, known, isBlind), effects);
    }

    void handle(WorkerEvent event) {
        if (event instanceof RequestChanged e && isNews(e.revision())) {
            requestChanged(e);
            lookAgainIfBlind();
        } else if (event instanceof StatusReported e && isNews(e.revision())) {
            confirmRequest(e.revision());
            statusReported(e);
            lookAgainIfBlind();
        } else if (event instanceof Malformed e && isNews(e.revision())) {
            malformed(e);
            lookAgainIfBlind();
        } else if (event instanceof StatusDeleted e && e.revision() > seen) {
            // a change of the request in the same transaction is still news after this
            lookAgainIfBlind();
        } else if (event instanceof InfoChanged e && e.revision() > seen) {
            lookAgainIfBlind();
        } else if (event instanceof Missed) {
            effects.add(new Effect.TakeView());
        } else if (event instanceof ViewTaken e) {
            viewTaken(e.view());
        } else if (event instanceof ViewMalformed e) {
            viewMalformed(e.message());
        } else if (event instanceof StepEnded e) {
            stepEnded(e);
        } else if (event instanceof InstallEnded e) {
            installEnded(e.outcome());
        } else if (event instanceof EtcdRestartEnded) {
            etcdRestartEnded();
        } else if (event instanceof PatienceEnded e) {
            patienceEnded(e.request());
        }
    }

    private boolean isNews(long revision) {
        if (revision <= seen) {
            return false;
        }
        seen = revision;
        return true;
    }

    /** Events come in order: what comes without a change of the request before it says that the request is still the same. */
    private void confirmRequest(long revision) {
        boolean isChanged = phase instanceof Updating updating
                && updating.deferred().stream().anyMatch(RequestChanged.class::isInstance);
        if (!isChanged) {
            known = Math.max(known, revision);
        }
    }

    // ---- what to do about a request

    private void viewTaken(Snapshot view) {
        isBlind = false;
        seen = Math.max(seen, view.revision());
        if (phase instanceof Updating updating) {
            reconcile(updating, view);
        } else if (phase instanceof Completed completed && isReplaced(completed, view.request())) {
            requestChanged(new RequestChanged(view.revision(), view.request()));
        } else if (phase instanceof Completed completed) {
            view.statuses().forEach((lrn, status) -> heardWhenCompleted(completed.request(), lrn, status));
        } else if (phase instanceof Deciding deciding) {
            decide(view, deciding.journal());
        } else if (phase instanceof Idle) {
            decide(view, Optional.empty());
        } else if (phase instanceof Installing installing
                && !view.request().equals(Optional.of(installing.request()))) {
            outdate(installing);
        }
    }

    private void viewMalformed(String message) {
        isBlind = true;
        tell(Level.ERROR, "cannot understand what is stored in etcd", Map.of("error", message));
        if (phase instanceof Idle) {
            phase = new Idle(Idle.Reason.MALFORMED);
        }
        // a worker that decides goes on doing so when something changes; it still needs its journal then
    }

    /** What could not be understood may have been mended, or deleted. */
    private void lookAgainIfBlind() {
        Effect look = new Effect.TakeView();
        if (isBlind && !effects.contains(look)) {
            effects.add(look);
        }
    }

    /** Takes a fresh view to decide what comes next. */
    private void decideAnew() {
        phase = new Deciding(Optional.empty());
        effects.add(new Effect.TakeView());
    }

    private void decide(Snapshot view, Optional<JournalEntry> journal) {
        known = view.revision();
        Decision decision = Decision.of(self, view, journal);
        if (decision instanceof Decision.Wait d) {
            idle(d.reason());
            if (d.reason() == Idle.Reason.COMPLETED) {
                tell(Level.INFO, "previous update was completed successfully", Map.of("version", self.version()));
            } else {
                tell(
                        Level.INFO,
                        "waiting for another request",
                        Map.of("reason", d.reason().text()));
            }
        } else if (decision instanceof Decision.Abort d) {
            d.report().ifPresent(report -> effects.add(new Effect.Report(d.request(), report)));
            idle(Idle.Reason.ABORTED);
            tell(
                    Level.INFO,
                    "previous update was aborted",
                    Map.of("version", d.request().version(), "reason", d.culprit()));
        } else if (decision instanceof Decision.Install d) {
            tell(Level.INFO, "update neco", Map.of("version", d.request().version()));
            effects.add(new Effect.Note(JournalEntry.of(d.request(), 1, JournalEntry.Phase.INSTALL, d.earlier())));
            phase = new Installing(d.request(), false);
            effects.add(new Effect.Install(d.request()));
        } else if (decision instanceof Decision.GiveInstallationUp d) {
            installFailed(d.request(), d.message());
            decideAnew();
        } else if (decision instanceof Decision.Begin d) {
            tell(Level.INFO, "update starts", Map.of("version", d.request().version()));
            effects.add(new Effect.Note(JournalEntry.of(d.request(), 1, JournalEntry.Phase.STEP, 0)));
            enter(d.request(), 1, view.statuses(), false);
        } else if (decision instanceof Decision.Resume d) {
            resume(d.request(), d.step(), d.resumes(), view.statuses());
        } else if (decision instanceof Decision.ResumeCompletion d) {
            resumeCompletion(d.request(), d.own(), view.statuses());
        }
    }

    private void idle(Idle.Reason reason) {
        phase = new Idle(reason);
        effects.add(new Effect.Forget());
    }

    // ---- walking the steps

    private void resume(UpdateRequest request, int step, int resumes, Map<Integer, UpdateStatus> statuses) {
        tell(Level.INFO, "update resumes", Map.of("version", request.version(), "step", step, "resumes", resumes));
        effects.add(new Effect.Note(JournalEntry.of(request, step, JournalEntry.Phase.STEP, resumes)));
        enter(request, step, statuses, true);
    }

    /** Stands at the barrier before {@code step}; reports it unless that is done already; takes over what the others have reported. */
    private void enter(UpdateRequest request, int step, Map<Integer, UpdateStatus> statuses, boolean isResumed) {
        UpdateStatus report = UpdateStatus.running(request.version(), step);
        boolean isReported = report.equals(statuses.get(self.lrn()));
        if (!isReported) {
            effects.add(new Effect.Report(request, report));
        }
        phase = new Updating(request, step, Barrier.of(request.servers()), Map.of(), false, List.of());
        Map<Integer, UpdateStatus> told = new HashMap<>(statuses);
        if (!isReported) {
            told.remove(self.lrn()); // what it says is replaced by the new report
        }
        takeOver(Handover.of(request, step, told, seen, isResumed));
    }

    private void takeOver(Handover handover) {
        if (phase instanceof Updating updating && !updating.isRunning()) {
            handover.arrivals().forEach(this::statusReported);
        }
        handover.news().forEach(this::statusReported);
    }

    /** Compares a new view, taken because events may have been lost, with what was known. */
    private void reconcile(Updating updating, Snapshot view) {
        UpdateRequest request = updating.request();
        Optional<UpdateRequest> current = view.request();
        if (current.isEmpty() || !current.get().equals(request)) {
            if (current.equals(Optional.of(request.stopped()))) {
                Handover.reasons(request, self.lrn(), view).forEach(this::statusReported);
            }
            requestChanged(new RequestChanged(view.revision(), current));
            return;
        }
        confirmRequest(view.revision());
        takeOver(Handover.of(request, updating.step(), view.statuses(), seen, true));
    }

    private void requestChanged(RequestChanged event) {
        if (phase instanceof Updating updating) {
            if (updating.isRunning()) {
                defer(updating, event);
                cancelWork(event.request().filter(r -> !r.stop()).isPresent() ? "unexpected request" : "stop request");
            } else {
                requestChangedInUpdate(updating, event.request());
            }
        } else if (phase instanceof Installing installing) {
            outdate(installing);
        } else if (phase instanceof Idle || phase instanceof Deciding) {
            effects.add(new Effect.TakeView());
        } else if (phase instanceof Completed completed && isReplaced(completed, event.request())) {
            // the new update ends with a restart as well
            if (completed.isRestarting()) {
                cancelWork("the request has changed");
            } else {
                effects.add(new Effect.Forget());
                decideAnew();
            }
        }
        // in any case a view is taken when the present business is done
    }

    private static boolean isReplaced(Completed completed, Optional<UpdateRequest> current) {
        return current.filter(request -> !request.stop() && !request.equals(completed.request()))
                .isPresent();
    }

    private void requestChangedInUpdate(Updating updating, Optional<UpdateRequest> changed) {
        if (changed.isPresent() && !changed.get().stop()) {
            UpdateRequest request = changed.get();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("version", request.version());
            fields.put("servers", request.servers());
            fields.put("stop", false);
            fields.put("started_at", request.startedAt().toString());
            tell(Level.ERROR, "unexpected request", fields);
            abort(updating, "unexpected request");
            return;
        }
        tell(
                Level.WARN,
                "request was canceled",
                Map.of("version", updating.request().version()));
        decideAnew();
    }

    private void statusReported(StatusReported event) {
        if (phase instanceof Updating updating) {
            if (updating.isRunning()) {
                defer(updating, event);
                if (updating.request().isMember(event.lrn()) && event.status().condition() == UpdateCondition.ABORTED) {
                    cancelWork("boot server " + event.lrn() + " aborted the update");
                }
            } else {
                statusInUpdate(updating, event.lrn(), event.status());
            }
        } else if (phase instanceof Completed completed) {
            heardWhenCompleted(completed.request(), event.lrn(), event.status());
        }
    }

    private void statusInUpdate(Updating updating, int lrn, UpdateStatus status) {
        UpdateRequest request = updating.request();
        if (!request.isMember(lrn)) {
            tell(
                    Level.WARN,
                    "ignoring unexpected boot server",
                    Map.of("lrn", lrn, "version", request.version(), "servers", request.servers()));
        } else if (!status.version().equals(request.version())) {
            abort(updating, "unexpected version in worker status: " + status.version());
        } else if (status.condition() == UpdateCondition.ABORTED) {
            abort(updating, AbortRules.failedAt(lrn, status));
        } else if (status.equals(updating.reports().get(lrn))) {
            return; // told again, nothing new
        } else if (status.step() != updating.step()) {
            abort(updating, "unexpected step in worker status: " + status.step());
        } else if (status.condition() == UpdateCondition.COMPLETED) {
            abort(updating, "other boot server reports completion: " + lrn);
        } else {
            arrived(updating, lrn, status);
        }
    }

    private void arrived(Updating updating, int lrn, UpdateStatus status) {
        Map<Integer, UpdateStatus> reports = new HashMap<>(updating.reports());
        reports.put(lrn, status);
        Barrier barrier = updating.barrier().arrived(lrn);
        UpdateRequest request = updating.request();
        phase = new Updating(request, updating.step(), barrier, reports, barrier.isOpen(), List.of());
        if (barrier.isOpen()) {
            effects.add(new Effect.RunStep(request, updating.step()));
        }
    }

    private void malformed(Malformed event) {
        if (phase instanceof Updating updating) {
            if (updating.isRunning()) {
                defer(updating, event);
            } else {
                abort(updating, event.message());
            }
        } else {
            tell(Level.ERROR, "cannot understand what is stored in etcd", Map.of("error", event.message()));
        }
    }

    private void stepEnded(StepEnded event) {
        if (!(phase instanceof Updating updating) || !updating.isRunning() || updating.step() != event.step()) {
            return;
        }
        UpdateRequest request = updating.request();
        int step = updating.step();
        if (event.outcome() instanceof Outcome.Failed failed) {
            tell(
                    Level.ERROR,
                    "update failed",
                    Map.of("version", request.version(), "step", step, "error", failed.message()));
            abort(updating, failed.message());
            return;
        }
        if (event.outcome() instanceof Outcome.Succeeded && step == self.lastStep()) {
            complete(request, updating.deferred());
            return;
        }
        if (event.outcome() instanceof Outcome.Succeeded) {
            step++;
            effects.add(new Effect.Report(request, UpdateStatus.running(request.version(), step)));
            effects.add(new Effect.Note(JournalEntry.of(request, step, JournalEntry.Phase.STEP, 0)));
        }
        phase = new Updating(request, step, Barrier.of(request.servers()), updating.reports(), false, List.of());
        replay(updating.deferred());
        if (event.outcome() instanceof Outcome.Cancelled
                && phase instanceof Updating still
                && still.step() == event.step()) {
            abort(still, "step " + event.step() + " was cancelled");
        }
    }

    private void replay(List<WorkerEvent> deferred) {
        for (WorkerEvent event : deferred) {
            if (event instanceof RequestChanged e) {
                requestChanged(e);
            } else if (event instanceof StatusReported e) {
                statusReported(e);
            } else if (event instanceof Malformed e) {
                malformed(e);
            }
        }
    }

    private void defer(Updating updating, WorkerEvent event) {
        List<WorkerEvent> deferred = new ArrayList<>(updating.deferred());
        deferred.add(event);
        phase = new Updating(
                updating.request(), updating.step(), updating.barrier(), updating.reports(), true, deferred);
    }

    private void abort(Updating updating, String message) {
        UpdateRequest request = updating.request();
        effects.add(new Effect.Report(request, UpdateStatus.aborted(request.version(), updating.step(), message)));
        decideAnew();
    }

    // ---- after the last step

    private void complete(UpdateRequest request, List<WorkerEvent> deferred) {
        int step = self.lastStep();
        effects.add(new Effect.Note(JournalEntry.of(request, step, JournalEntry.Phase.ETCD_RESTART, 0)));
        effects.add(new Effect.Report(request, UpdateStatus.completed(request.version(), step)));
        tell(Level.INFO, "update status as completed", Map.of("version", request.version(), "step", step));
        awaitCompletion(request);
        replay(deferred);
    }

    private void resumeCompletion(UpdateRequest request, UpdateStatus own, Map<Integer, UpdateStatus> statuses) {
        tell(Level.INFO, "update resumes", Map.of("version", request.version(), "step", own.step()));
        if (own.condition() != UpdateCondition.COMPLETED) {
            effects.add(new Effect.Report(request, UpdateStatus.completed(request.version(), self.lastStep())));
        }
        awaitCompletion(request);
        statuses.forEach((lrn, status) -> heardWhenCompleted(request, lrn, status));
    }

    private void awaitCompletion(UpdateRequest request) {
        Set<Integer> awaited = new HashSet<>(request.servers());
        awaited.remove(self.lrn());
        phase = new Completed(request, awaited, false);
        if (awaited.isEmpty()) {
            restartEtcd(request);
        } else {
            effects.add(new Effect.WaitForCompletion(request));
        }
    }

    private void heardWhenCompleted(UpdateRequest request, int lrn, UpdateStatus status) {
        if (!(phase instanceof Completed completed)
                || completed.isRestarting()
                || !status.version().equals(request.version())
                || !(status.condition() == UpdateCondition.COMPLETED
                        || status.condition() == UpdateCondition.ABORTED)) {
            return;
        }
        Set<Integer> awaited = new HashSet<>(completed.awaited());
        awaited.remove(lrn);
        phase = new Completed(request, awaited, false);
        if (awaited.isEmpty()) {
            restartEtcd(request);
        }
    }

    private void patienceEnded(UpdateRequest request) {
        if (phase instanceof Completed completed
                && !completed.isRestarting()
                && completed.request().equals(request)) {
            tell(
                    Level.WARN,
                    "not all boot servers have completed, restarting etcd nevertheless",
                    Map.of("awaited", completed.awaited()));
            restartEtcd(completed.request());
        }
    }

    private void restartEtcd(UpdateRequest request) {
        phase = new Completed(request, Set.of(), true);
        effects.add(new Effect.RestartEtcd(request));
    }

    private void etcdRestartEnded() {
        if (phase instanceof Completed completed) {
            effects.add(new Effect.Forget());
            tell(
                    Level.INFO,
                    "update finished",
                    Map.of("version", completed.request().version()));
            decideAnew();
        }
    }

    // ---- installing

    private void outdate(Installing installing) {
        if (!installing.isOutdated()) {
            phase = new Installing(installing.request(), true);
            cancelWork("the request has changed");
        }
    }

    private void installEnded(Outcome outcome) {
        if (!(phase instanceof Installing installing)) {
            return;
        }
        if (outcome instanceof Outcome.Succeeded) {
            phase = new Leaving();
            effects.add(new Effect.Exit());
            return;
        }
        if (outcome instanceof Outcome.Failed failed && !installing.isOutdated()) {
            installFailed(installing.request(), failed.message());
        }
        decideAnew();
    }

    private void installFailed(UpdateRequest request, String message) {
        tell(Level.ERROR, "cannot install neco", Map.of("version", request.version(), "error", message));
        effects.add(new Effect.Report(request, UpdateStatus.aborted(request.version(), 1, message)));
    }

    private void cancelWork(String reason) {
        effects.add(new Effect.CancelWork(reason));
    }

    private void tell(Level level, String message, Map<String, Object> fields) {
        effects.add(new Effect.Tell(level, message, fields));
    }
}
