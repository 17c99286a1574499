package io.neco.worker;

import io.neco.update.UpdateRequest;

/**
 * How far this worker has come in an update: what a restarted worker needs to go on.
 *
 * @param version version of the request
 * @param startedAt when the request began, as its text; together with the version it tells one request from another
 * @param step the step this worker is in
 * @param phase what it does there
 * @param resumes how often it was restarted in this step, or began the installation anew
 */
record JournalEntry(String version, String startedAt, int step, Phase phase, int resumes) {

    /** What a worker does in a step. */
    enum Phase {
        /** It installs the requested version. */
        INSTALL,
        /** It waits at the barrier before the step, or runs it. */
        STEP,
        /** It has finished the last step; its etcd has to be restarted. */
        ETCD_RESTART
    }

    /** How often a worker may be restarted in one step, or begin an installation anew, before it gives up. */
    static final int MAX_RESUMES = 3;

    static JournalEntry of(UpdateRequest request, int step, Phase phase, int resumes) {
        return new JournalEntry(request.version(), request.startedAt().toString(), step, phase, resumes);
    }

    /** Whether this is about {@code request}. */
    boolean isOf(UpdateRequest request) {
        return version.equals(request.version())
                && startedAt.equals(request.startedAt().toString());
    }

    /**
     * Whether this entry has to be on disk before anything else is done: an update's first entry before its first report, and the count of
     * restarts. The others may follow later, see {@link Resumption}.
     */
    boolean isSavedFirst() {
        return step == 1 || resumes > 0;
    }

    /** Whether nothing else would make up for the loss of this entry: a report of a later step makes up for those of steps. */
    boolean isUrgent() {
        return isSavedFirst() || phase != Phase.STEP;
    }
}
