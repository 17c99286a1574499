package io.neco.worker;

import io.neco.update.UpdateCondition;
import io.neco.update.UpdateStatus;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether a worker that was restarted in the middle of an update can go on.
 *
 * @param step the step to go on with
 * @param resumes how often this worker was restarted in that step, this time included
 * @param obstacle why it cannot go on although it knows of the update; empty when it can, or knows nothing of it
 */
record Resumption(OptionalInt step, int resumes, Optional<String> obstacle) {
    private static final Resumption NONE = new Resumption(OptionalInt.empty(), 0, Optional.empty());

    /**
     * Compares journal and own report, which are not written at the same moment: the journal is a step ahead when the report did not
     * get through, the report is ahead when the journal was not yet on disk. In both cases the work of the lower step is done. An
     * update's first entry is on disk before its first report, so that a report of this version is one of this request.
     *
     * @param journal the entry about this very request
     * @param own this worker's report about the version of the request
     */
    static Resumption of(
            Optional<JournalEntry> journal, Optional<UpdateStatus> own, Map<Integer, UpdateStatus> statuses) {
        if (journal.isEmpty() || journal.get().phase() == JournalEntry.Phase.INSTALL) {
            return NONE;
        }
        JournalEntry entry = journal.get();
        boolean isAborted = statuses.values().stream()
                .anyMatch(s -> s.version().equals(entry.version()) && s.condition() == UpdateCondition.ABORTED);
        if (isAborted) {
            return NONE;
        }
        int reported = own.map(UpdateStatus::step).orElse(0);
        if (reported < entry.step() - 1
                || own.filter(s -> s.condition() != UpdateCondition.RUNNING).isPresent()) {
            return new Resumption(
                    OptionalInt.empty(),
                    0,
                    Optional.of("neco-worker was restarted in step " + reported + ", but its journal is about step "
                            + entry.step() + "; run `neco recover` to try again"));
        }
        int step = Math.max(entry.step(), reported);
        int resumes = step == entry.step() ? entry.resumes() + 1 : 1;
        if (resumes > JournalEntry.MAX_RESUMES) {
            return new Resumption(
                    OptionalInt.empty(),
                    0,
                    Optional.of("neco-worker was restarted " + resumes + " times in step " + step
                            + "; see `journalctl -u neco-worker`, then run `neco recover` to try again"));
        }
        return new Resumption(OptionalInt.of(step), resumes, Optional.empty());
    }
}
