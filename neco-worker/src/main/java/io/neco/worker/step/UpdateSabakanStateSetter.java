package io.neco.worker.step;

import io.neco.host.HostPaths;
import io.neco.host.Systemd;
import io.neco.program.sabakan.SabakanProgram;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts sabakan-state-setter, and removes the timer that earlier versions ran it by.
 *
 * <p>Source: worker/sabakan.go at 1eec387.
 */
public final class UpdateSabakanStateSetter implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateSabakanStateSetter.class);

    @Override
    public String description() {
        return "restarts sabakan-state-setter, and removes its former timer";
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
        String name = SabakanProgram.STATE_SETTER_SERVICE;
        Systemd systemd = context.host().systemd();
        boolean hasTimer = context.host().files().exists(HostPaths.timerUnit(name));
        if (hasTimer) {
            systemd.disableNow(name + ".timer");
            context.host().files().deleteIfExists(HostPaths.timerUnit(name));
            context.changed("removed " + HostPaths.timerUnit(name));
        }
        if (!systemd.isInstalled(name + ".service")) {
            log.info("sabakan-state-setter: not installed on this server");
            return;
        }
        systemd.restart(name + ".service", hasTimer);
        context.changed("restarted " + name + ".service");
    }
}
