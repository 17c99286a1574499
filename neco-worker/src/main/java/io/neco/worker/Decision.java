package io.neco.worker;

import io.neco.store.Snapshot;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.Map;
import java.util.Optional;

/** What a worker that is not busy does about the current request. The rules are checked in the order of {@link #of}. */
sealed interface Decision {

    /** There is nothing to do until the request changes. */
    record Wait(Phase.Idle.Reason reason) implements Decision {}

    /**
     * The update was aborted or interrupted.
     *
     * @param culprit why, for the operator
     * @param report what to tell the others; empty: nothing
     */
    record Abort(UpdateRequest request, String culprit, Optional<UpdateStatus> report) implements Decision {}

    /**
     * Install the requested version.
     *
     * @param earlier how often that was begun before, without this process' surviving it
     */
    record Install(UpdateRequest request, int earlier) implements Decision {}

    /** The requested version cannot be installed. */
    record GiveInstallationUp(UpdateRequest request, String message) implements Decision {}

    /** Take part in the update from its beginning. */
    record Begin(UpdateRequest request) implements Decision {}

    /** Go on with an update. */
    record Resume(UpdateRequest request, int step, int resumes) implements Decision {}

    /** Go on after the last step. */
    record ResumeCompletion(UpdateRequest request, UpdateStatus own) implements Decision {}

    /**
     * Decides.
     *
     * @param journal what an earlier process of this worker left
     */
    static Decision of(Self self, Snapshot view, Optional<JournalEntry> journal) {
        Optional<UpdateRequest> current = view.request();
        if (current.isEmpty()) {
            return new Wait(Phase.Idle.Reason.NO_REQUEST);
        }
        UpdateRequest request = current.get();
        Optional<JournalEntry> known = journal.filter(entry -> entry.isOf(request));
        Optional<UpdateStatus> own = Optional.ofNullable(view.statuses().get(self.lrn()))
                .filter(status -> status.version().equals(request.version()));
        if (known.isPresent() && own.isPresent() && hasFinished(self, known.get(), own.get())) {
            // also when the request was stopped meanwhile: the new configuration is in place, etcd has to take it up
            return new ResumeCompletion(request, own.get());
        }
        if (request.stop()) {
            return new Wait(Phase.Idle.Reason.STOPPED);
        }
        if (!request.isMember(self.lrn())) {
            return new Wait(Phase.Idle.Reason.NOT_A_MEMBER);
        }
        return request.version().equals(self.version())
                ? aboutUpdate(self, request, view.statuses(), own, known)
                : aboutInstallation(self, request, own, known);
    }

    /** Whether the last step is done but not everything that follows it: the journal is kept until then. */
    private static boolean hasFinished(Self self, JournalEntry entry, UpdateStatus own) {
        return own.step() == self.lastStep()
                && (own.condition() == UpdateCondition.COMPLETED
                        || (own.condition() == UpdateCondition.RUNNING
                                && entry.phase() == JournalEntry.Phase.ETCD_RESTART));
    }

    private static Decision aboutInstallation(
            Self self, UpdateRequest request, Optional<UpdateStatus> own, Optional<JournalEntry> journal) {
        if (own.filter(status -> status.condition() == UpdateCondition.ABORTED).isPresent()) {
            // it failed before, and would fail again
            return new Wait(Phase.Idle.Reason.ABORTED);
        }
        // an installation that fails badly takes this process along, and the same version starts again
        int earlier = journal.filter(entry -> entry.phase() == JournalEntry.Phase.INSTALL)
                .map(entry -> entry.resumes() + 1)
                .orElse(0);
        if (earlier > JournalEntry.MAX_RESUMES) {
            return new GiveInstallationUp(
                    request,
                    "neco " + request.version() + " was not installed after " + earlier + " attempts, this is still "
                            + self.version() + "; see `journalctl -u " + SelfUpdate.UNIT
                            + " -u neco-worker`, then run `neco recover` to try again");
        }
        return new Install(request, earlier);
    }

    private static Decision aboutUpdate(
            Self self,
            UpdateRequest request,
            Map<Integer, UpdateStatus> statuses,
            Optional<UpdateStatus> own,
            Optional<JournalEntry> journal) {
        String version = request.version();
        if (own.filter(status -> status.condition() == UpdateCondition.COMPLETED)
                .isPresent()) {
            return new Wait(Phase.Idle.Reason.COMPLETED);
        }
        Resumption resumption = Resumption.of(journal, own, statuses);
        if (resumption.step().isPresent()) {
            return new Resume(request, resumption.step().getAsInt(), resumption.resumes());
        }
        Optional<String> culprit = AbortRules.culprit(version, self.lrn(), statuses);
        if (culprit.isPresent()) {
            String why = resumption.obstacle().orElse(culprit.get());
            return new Abort(
                    request,
                    why,
                    own.filter(status -> status.condition() != UpdateCondition.ABORTED)
                            .map(status -> UpdateStatus.aborted(
                                    version, status.step(), status.message().isEmpty() ? why : status.message())));
        }
        return UpdateProgress.isCompleted(version, request.servers(), statuses)
                ? new Wait(Phase.Idle.Reason.COMPLETED)
                : new Begin(request);
    }
}
