package io.neco.worker.step;

import io.neco.artifact.ContainerImage;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.promtail.PromtailProgram;
import java.io.IOException;
import java.time.Duration;

/**
 * Keeps promtail, which sends this server's journal to the log servers.
 *
 * <p>Source: worker/promtail.go at 1eec387.
 */
public final class UpdatePromtail implements UpdateStep {
    @Override
    public String description() {
        return "writes unit and configuration of promtail, and restarts it if something has changed";
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
        ContainerImage image = host.artifacts().image(PromtailProgram.IMAGE);
        ProgramUpdate promtail =
                new ProgramUpdate(context, PromtailProgram.SERVICE + ".service", PromtailProgram.IMAGE);
        promtail.takeImage(PromtailProgram.IMAGE);
        promtail.write(
                HostPaths.PROMTAIL_CONFIG_FILE,
                PromtailProgram.config(host.lrn(), host.servers()),
                FileMode.WORLD_READABLE);
        promtail.writeUnit(PromtailProgram.service(host.containers().fullName(image)));
        promtail.restartIfChanged();
    }
}
