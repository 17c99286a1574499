package io.neco.worker.step;

import io.neco.artifact.ContainerImage;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.serf.OsRelease;
import io.neco.program.serf.SerfProgram;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs serf's program and files, and restarts it if something has changed: one server at a time, so that the others keep hearing of
 * the nodes.
 *
 * <p>Source: worker/serf.go at 1eec387.
 */
public final class UpdateSerf implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateSerf.class);

    @Override
    public String description() {
        return "installs the tools of serf's image, writes its unit and serf.json, and restarts it if something has changed, one server at a time";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(15);
    }

    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(10);

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        ContainerImage image = host.artifacts().image(SerfProgram.IMAGE);
        ProgramUpdate serf = new ProgramUpdate(context, SerfProgram.SERVICE + ".service", SerfProgram.IMAGE);
        serf.takeImage(SerfProgram.IMAGE, SerfProgram.TOOLS_MOUNT, SerfProgram.INSTALL_TOOLS, SerfProgram.BINARY);
        serf.writeUnit(SerfProgram.service(host.containers().fullName(image)));
        serf.write(HostPaths.SERF_CONFIG_FILE, config(context), FileMode.WORLD_READABLE);
        if (!serf.isChanged()) {
            return;
        }
        serf.haveImage();
        String me = Integer.toString(host.lrn());
        try (Leadership lock = context.cancellation()
                .interrupting(() -> context.store().campaign(ElectionName.WORKER, me, TIME_TO_LIVE, LOCK_DEADLINE))) {
            log.atDebug().addKeyValue("key", lock.key().key()).log("serf: elected");
            if (!lock.confirm()) {
                throw new IOException("cannot restart serf: lost the workers' lock");
            }
            serf.restart();
        }
        log.info("serf: updated");
    }

    private static String config(StepContext context) throws IOException {
        StepHost host = context.host();
        List<Integer> peers = context.request().servers().stream()
                .filter(lrn -> lrn != host.lrn())
                .toList();
        return SerfProgram.config(system(host.files()), serial(host.files()), peers, host.servers());
    }

    private static OsRelease system(HostFiles files) throws IOException {
        try {
            return OsRelease.parse(files.read(HostPaths.OS_RELEASE_FILE));
        } catch (IllegalArgumentException e) {
            throw new StepFailedException(HostPaths.OS_RELEASE_FILE + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new StepFailedException(
                    HostPaths.OS_RELEASE_FILE + " is missing; serf tells the others what system this is", e);
        }
    }

    private static String serial(HostFiles files) throws IOException {
        try {
            return files.read(HostPaths.PRODUCT_SERIAL_FILE).strip();
        } catch (NoSuchFileException e) {
            throw new StepFailedException(
                    HostPaths.PRODUCT_SERIAL_FILE
                            + " is missing; serf tells the others this machine's serial number, by which sabakan knows it",
                    e);
        }
    }
}
