package io.neco.worker.step;

import java.io.IOException;
import java.time.Duration;

/** A step of an update. All boot servers run it at the same time, after all of them have finished the step before. */
public interface UpdateStep {

    /** The step's name, as documentation and log lines have it. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** What the step does, in a few words without a subject, e.g. {@code stops Vault}; {@code neco-worker --plan} shows it. */
    default String description() {
        return "see /usr/share/doc/neco/docs/update.md";
    }

    /**
     * Whether {@link #run} may be called with a rehearsal, whose host, engine and etcd answer truly but only note what they are told to
     * change; {@code neco-worker --plan} shows these notes. Such a step touches nothing but what its context gives it. Of other steps
     * only the description is shown.
     */
    default boolean isRehearsable() {
        return false;
    }

    /** How long etcd may be out, counted from the first failure for that reason, before the step has failed. */
    Duration deadline();

    /**
     * Does the work. May be called again after a failure or a restart of the worker: what is done already is left alone.
     *
     * @throws StepFailedException when trying again would not help
     * @throws IOException when it may help to try again
     * @throws CancelledException when it was asked to end early, and did
     * @throws InterruptedException when the worker stops; the step is run again when it is back
     */
    void run(StepContext context) throws IOException, CancelledException, InterruptedException;
}
