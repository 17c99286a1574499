package io.neco.worker.step;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Systemd;
import io.neco.program.sabakan.SabakanProgram;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts sabakan-state-setter if it runs since before its package was unpacked or etcd's endpoints were replaced, and removes the timer that earlier versions ran it by.
 *
 * <p>Source: worker/sabakan_state_setter.go at 1eec387.
 */
public final class UpdateSabakanStateSetter implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateSabakanStateSetter.class);

    @Override
    public String description() {
        return "restarts sabakan-state-setter if it is not what was installed, and removes its former timer";
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
        if (!hasTimer && systemd.isEnabled(name + ".service") && isUpToDate(context, name)) {
            return;
        }
        systemd.restart(name + ".service", hasTimer);
        context.changed("restarted " + name + ".service");
    }

    /**
     * Whether the process began after the package, with program and configuration, was unpacked (installing it restarts its services), and
     * after the list of etcd's endpoints, which it reads at its start, was replaced.
     */
    private static boolean isUpToDate(StepContext context, String name) throws IOException, InterruptedException {
        HostFiles files = context.host().files();
        Optional<Instant> unpacked = files.lastModified(HostPaths.PACKAGE_LIST);
        Optional<Instant> since = context.host().systemd().runningSince(name);
        return since.isPresent()
                && unpacked.isPresent()
                && since.get().isAfter(unpacked.get())
                && !since.get()
                        .isBefore(files.lastModified(HostPaths.NECO_CONFIG_FILE).orElse(Instant.MIN));
    }
}
