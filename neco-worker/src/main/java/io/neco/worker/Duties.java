package io.neco.worker;

import io.neco.store.NecoStore;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Settings;
import java.io.IOException;

/** What a worker does to its host. Everything here may take long; it is called on the work thread, one call at a time. */
interface Duties {

    /** Number of the last step. */
    int lastStep();

    /** Done once when the worker starts, beside connecting to etcd. What fails is logged and does not keep the worker from its work. */
    void start() throws InterruptedException;

    /** The worker does not hold the others up any more, so this host's other daemons may start. Called once. What fails is logged. */
    default void started() throws InterruptedException {}

    /**
     * Takes the settings up, at the start and when they have changed. What fails is logged.
     *
     * @param cancellation ends that early, since an update begins, whose first step does the rest
     */
    void takeUp(NecoStore store, Settings settings, Cancellation cancellation) throws InterruptedException;

    /**
     * Runs a step to its end.
     *
     * @return tells the log what was done; to be run when the others know that the step has ended, since they wait for that
     */
    Runnable runStep(NecoStore store, Settings settings, UpdateRequest request, int step, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException;

    /**
     * Starts what an update that was not completed has left stopped; called when it has ended. What fails is logged and tried again until
     * it works.
     *
     * @param cancellation ends that early, since there is other work; what is still stopped is left so
     */
    default void settle(Cancellation cancellation) throws InterruptedException {}

    /** Installs the requested version. The new version's worker takes over: this process is usually stopped meanwhile. */
    void install(Settings settings, UpdateRequest request, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException;

    /** Restarts this server's etcd in turn with the others. What fails is logged. */
    void restartEtcd(NecoStore store, UpdateRequest request, Cancellation cancellation) throws InterruptedException;
}
