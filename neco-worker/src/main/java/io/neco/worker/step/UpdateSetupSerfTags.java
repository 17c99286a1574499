package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.serftags.SerfTags;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs the script that tells serf what this server is up to, and the timer that runs it.
 *
 * <p>Source: worker/setup_serf_tags.go at 1eec387, which writes the units anew every time.
 */
public final class UpdateSetupSerfTags implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateSetupSerfTags.class);

    @Override
    public String description() {
        return "writes units and script of setup-serf-tags, and starts its timer";
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
        HostFiles files = host.files();
        String service = HostPaths.serviceUnit(SerfTags.NAME);
        String script = SerfTags.script(context.request().version());
        context.changed(
                HostPaths.SERF_TAGS_SCRIPT, files.replace(HostPaths.SERF_TAGS_SCRIPT, script, FileMode.EXECUTABLE));
        ProgramUpdate timer = new ProgramUpdate(context, SerfTags.NAME + ".timer");
        timer.writeDropIn(service, SerfTags.service());
        timer.writeUnit(SerfTags.timer());
        timer.start();
        log.info("setup-serf-tags: installed");
    }
}
