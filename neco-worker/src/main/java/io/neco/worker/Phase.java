package io.neco.worker;

import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a worker is about. */
sealed interface Phase {

    /** It waits for a view to decide by; the journal is what an earlier process of this worker left. */
    record Deciding(Optional<JournalEntry> journal) implements Phase {}

    /** It waits for the request to change, or for anything to change while what is stored cannot be understood. */
    record Idle(Reason reason) implements Phase {
        /** Why there is nothing to do. */
        enum Reason {
            NO_REQUEST("there is none"),
            STOPPED("the update was stopped"),
            NOT_A_MEMBER("this boot server does not take part"),
            ABORTED("the update was aborted"),
            COMPLETED("the update is completed"),
            MALFORMED("it cannot be understood");

            private final String text;

            Reason(String text) {
                this.text = text;
            }

            /** In words. */
            String text() {
                return text;
            }
        }
    }

    /**
     * The requested version is being installed.
     *
     * @param isOutdated whether the request has changed since
     */
    record Installing(UpdateRequest request, boolean isOutdated) implements Phase {}

    /**
     * An update is under way.
     *
     * @param step the step this worker has reported
     * @param barrier who has not yet arrived at it
     * @param reports the last report of each server
     * @param isRunning whether the barrier has opened and the step is being run
     * @param deferred what was heard while the step was running; it is dealt with afterwards, in this order
     */
    record Updating(
            UpdateRequest request,
            int step,
            Barrier barrier,
            Map<Integer, UpdateStatus> reports,
            boolean isRunning,
            List<WorkerEvent> deferred)
            implements Phase {
        public Updating {
            reports = Map.copyOf(reports);
            deferred = List.copyOf(deferred);
        }
    }

    /**
     * This worker has finished the last step.
     *
     * @param awaited who has neither completed nor given up yet; this server's etcd is restarted when none is left
     * @param isRestarting whether the restart has begun
     */
    record Completed(UpdateRequest request, Set<Integer> awaited, boolean isRestarting) implements Phase {
        public Completed {
            awaited = Set.copyOf(awaited);
        }
    }

    /** The new version is installed; this process ends. */
    record Leaving() implements Phase {}
}
