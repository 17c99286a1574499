package io.neco.worker.step;

import io.neco.artifact.ContainerImage;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.sabakan.SabakanProgram;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs sabakan's tools and files, restarts it if something has changed, and waits until it answers.
 *
 * <p>Source: worker/sabakan.go at 1eec387, which restarts it every time: nodes cannot boot meanwhile, and it takes five seconds to stop.
 */
public final class UpdateSabakan implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateSabakan.class);

    @Override
    public String description() {
        return "installs the tools of sabakan's image, writes its unit and config.yml, restarts it if something has changed, and waits for it";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(10);
    }

    private static final String UNIT = SabakanProgram.SERVICE + ".service";
    private static final Duration READY_DEADLINE = Duration.ofMinutes(1);

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        ContainerImage image = host.artifacts().image(SabakanProgram.IMAGE);
        ProgramUpdate sabakan = new ProgramUpdate(context, UNIT, SabakanProgram.IMAGE);
        if (context.needsTools(SabakanProgram.IMAGE, HostPaths.SABACTL)) {
            sabakan.changes();
            context.installTools(SabakanProgram.IMAGE, SabakanProgram.TOOLS_MOUNT, SabakanProgram.INSTALL_TOOLS);
            writeCompletion(context);
            context.recordImage(SabakanProgram.IMAGE);
        }
        sabakan.write(
                HostPaths.SABAKAN_CONFIG_FILE,
                SabakanProgram.config(host.lrn(), context.request().servers(), host.servers()),
                FileMode.WORLD_READABLE);
        sabakan.writeUnit(SabakanProgram.service(host.containers().fullName(image)));
        context.hideKey(HostPaths.SABAKAN_KEY_FILE, FileMode.PRIVATE);
        boolean isInitialised = host.files().exists(HostPaths.SABAKAN_KEY_FILE);
        if (sabakan.isChanged()) {
            sabakan.restart(); // before `neco init-local sabakan` systemd skips the unit
        } else if (isInitialised
                && host.http().silence(SabakanProgram.LOCAL_ENDPOINT).isPresent()) {
            sabakan.start();
            context.changed("started " + UNIT);
        }
        if (isInitialised) {
            Condition answers = () -> host.http().silence(SabakanProgram.LOCAL_ENDPOINT);
            answers.await(
                    "sabakan of this server to answer",
                    READY_DEADLINE,
                    "see `journalctl -u " + SabakanProgram.SERVICE + "` on this server",
                    context.cancellation());
        }
        log.info("sabakan: updated");
    }

    /** Shells work without it, so that trouble here is no reason to end an update. */
    private static void writeCompletion(StepContext context) throws IOException, InterruptedException {
        CommandResult completion = context.host()
                .commands()
                .run(Command.of(HostPaths.SABACTL, "completion").silent().asking());
        if (!completion.isSuccess()) {
            log.atWarn()
                    .addKeyValue("error", completion.stderr().strip())
                    .log("sabakan: `" + HostPaths.SABACTL + " completion` failed, shells will not complete sabactl");
            return;
        }
        context.changed(
                HostPaths.SABACTL_COMPLETION_FILE,
                context.host()
                        .files()
                        .replace(HostPaths.SABACTL_COMPLETION_FILE, completion.stdout(), FileMode.WORLD_READABLE));
    }
}
