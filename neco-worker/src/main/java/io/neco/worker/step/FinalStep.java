package io.neco.worker.step;

import java.time.Duration;

/**
 * Does nothing: its barrier lets no server complete, and restart its etcd, before all have finished the steps before.
 *
 * <p>Source: worker/operator.go at 1eec387.
 */
public final class FinalStep implements UpdateStep {
    @Override
    public String description() {
        return "nothing; afterwards etcd is restarted, one server at a time";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run(StepContext context) {
        // see above
    }
}
