package io.neco.worker.step;

import io.neco.program.vault.VaultProgram;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the Vaults that stand by, if the next step will start them as another version. The barrier in between makes sure that none of them
 * is left which an already started one of the new version could hand over to. The active one serves on until those are ready. When
 * Vault's image stays as it is, nothing is stopped.
 *
 * <p>Source: worker/vault.go at 1eec387, which stops all of them in every update; docs/update.md says why this is enough.
 */
public final class StopVault implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(StopVault.class);

    @Override
    public String description() {
        return "stops Vault if its image will change and another server's Vault is active";
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
        VaultService vault = new VaultService(context.host());
        // an update that failed later than this may have recorded the image, and left the restart to the next one
        boolean isChanging = ProgramUpdate.isPending(context.host().files(), VaultService.UNIT)
                || context.needsTools(VaultProgram.IMAGE, VaultProgram.BINARY)
                || !vault.isOf(context.host().artifacts().image(VaultProgram.IMAGE));
        if (!vault.isInstalled() || !isChanging) {
            return;
        }
        if (vault.isActive()) {
            log.info("vault: is the active server, serves on until the others are ready");
            return;
        }
        context.haveImage(VaultProgram.IMAGE);
        vault.stop();
        context.changed("stopped " + VaultService.UNIT);
    }

    /** Whether this step has stopped Vault, and neither the next one nor {@link #undo} has started it since. */
    public static boolean isStopped(StepHost host) {
        return new VaultService(host).isStopped();
    }

    /**
     * Starts what this step has stopped if the next one has not done so: to be called when an update ends early.
     *
     * @return what was started
     */
    public static List<String> undo(StepHost host) throws IOException, InterruptedException {
        VaultService vault = new VaultService(host);
        if (!vault.isStopped()) {
            return List.of();
        }
        host.systemd().enableNow(VaultService.UNIT);
        vault.noteStarted();
        return List.of("started " + VaultService.UNIT);
    }
}
