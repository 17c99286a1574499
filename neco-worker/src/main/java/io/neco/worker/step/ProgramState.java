package io.neco.worker.step;

import io.neco.host.Systemd;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Whether a program of this host runs, for the steps that leave out one that is stopped. */
final class ProgramState {
    private static final Set<String> PASSING = Set.of("activating", "deactivating", "reloading");

    /** Longer than the pause of 30 s after which systemd starts a program again that has ended. */
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private ProgramState() {}

    /**
     * Waits until a service is neither being started nor being stopped, and tells whether it is active.
     *
     * @param service name without {@code .service}
     * @return false: it is inactive
     * @throws IOException when it is in another state, e.g. failed: an update must not go on as if it were stopped
     */
    static boolean isActive(StepContext context, String service)
            throws IOException, CancelledException, InterruptedException {
        Systemd systemd = context.host().systemd();
        String[] state = {""};
        Condition settled = () -> {
            state[0] = systemd.serviceState(service);
            return PASSING.contains(state[0]) ? Optional.of("it is " + state[0]) : Optional.empty();
        };
        settled.await(
                service + ".service to be active",
                DEADLINE,
                "see `systemctl status " + service + ".service`",
                context.cancellation());
        return Systemd.isActive(service, state[0]);
    }
}
