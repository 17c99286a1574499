package io.neco.worker.step;

import io.neco.artifact.ContainerImage;
import io.neco.program.setuphw.SetupHwProgram;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps setup-hw, which configures this server's hardware. Its unit is skipped by systemd until {@code neco bmc setup-hw} has been run.
 *
 * <p>Source: worker/setuphw.go at 1eec387.
 */
public final class UpdateSetupHW implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateSetupHW.class);

    @Override
    public String description() {
        return "writes the unit of setup-hw, and restarts it if unit or image have changed";
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
        StepHost host = context.host();
        ContainerImage image = host.artifacts().image(SetupHwProgram.IMAGE);
        ProgramUpdate setupHw = new ProgramUpdate(context, SetupHwProgram.SERVICE + ".service", SetupHwProgram.IMAGE);
        setupHw.takeImage(SetupHwProgram.IMAGE);
        setupHw.writeUnit(SetupHwProgram.service(host.containers().fullName(image)));
        if (setupHw.isChanged()) {
            setupHw.restart();
            log.info("setup-hw: updated");
        }
    }
}
