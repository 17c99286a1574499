package io.neco.worker.step;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops CKE and its local proxy on all servers, so that no CKE works on the cluster while its template is replaced. The next step starts
 * them again; the barrier between both makes sure that none runs then. So does the end of an update that does not get there.
 *
 * <p>Source: worker/cke.go at 1eec387, which looks for unit files only where they are not and so stops nothing.
 */
public final class StopCKE implements UpdateStep {
    @Override
    public String description() {
        return "stops CKE and its local proxy";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(5);
    }

    @Override
    public void run(StepContext context) throws IOException, InterruptedException {
        new CkeServices(context.host(), context::changed).stop();
    }

    /** Whether this step has stopped CKE, and neither the next one nor {@link #undo} has started it since. */
    public static boolean isStopped(StepHost host) {
        return new CkeServices(host, change -> {}).areStopped();
    }

    /**
     * Starts what this step has stopped if the next one has not done so: to be called when an update ends early.
     *
     * @return what was started
     */
    public static List<String> undo(StepHost host) throws IOException, InterruptedException {
        List<String> started = new ArrayList<>();
        CkeServices services = new CkeServices(host, started::add);
        if (services.areStopped()) {
            services.restart();
        }
        return started;
    }
}
