package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.vault.VaultProgram;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs Vault's program and files, and restarts it if something has changed: those that stand by one after the other, the active one when
 * all others have done this step, so that Vault is out for no longer than it takes another one to become active. Waits until this server's
 * is unsealed and some server's is active.
 *
 * <p>Source: worker/vault.go at 1eec387, which starts all at the same time and waits ten seconds.
 */
public final class UpdateVault implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateVault.class);
    private static final Duration READY_DEADLINE = Duration.ofMinutes(3);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(10);
    private static final Duration TURN_DEADLINE = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Duration patience;

    /** The step as it is in an update. */
    public UpdateVault() {
        this(PATIENCE);
    }

    /** @param patience how long the active one waits for servers that are out */
    UpdateVault(Duration patience) {
        this.patience = patience;
    }

    @Override
    public String description() {
        return "installs the tools of Vault's image, writes its unit and config.hcl, restarts it if something has changed, the active"
                + " server's last, and waits until it is unsealed";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(45);
    }

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        VaultService service = new VaultService(host);
        ProgramUpdate files = new ProgramUpdate(context, VaultService.UNIT, VaultProgram.IMAGE);
        files.takeImage(VaultProgram.IMAGE, VaultProgram.TOOLS_MOUNT, VaultProgram.INSTALL_TOOLS, VaultProgram.BINARY);
        files.writeUnit(
                VaultProgram.service(host.containers().fullName(host.artifacts().image(VaultProgram.IMAGE))));
        files.write(
                HostPaths.VAULT_CONFIG_FILE,
                VaultProgram.config(host.lrn(), context.request().servers(), host.servers()),
                FileMode.WORLD_READABLE);
        context.hideKey(HostPaths.VAULT_KEY_FILE, FileMode.CONTAINER_PRIVATE);

        boolean isRunning = service.isRunning();
        if (files.isChanged() && isRunning) {
            restartInTurn(context, files, service);
        } else if (files.isChanged()) {
            files.restart();
        } else if (!isRunning) {
            files.start();
            context.changed("started " + VaultService.UNIT);
        }
        service.noteStarted();
        Condition ready = () -> {
            Optional<String> own = service.whyNotReady();
            return own.isPresent()
                    ? own
                    : service.whyNoneActive(context.request().servers());
        };
        await(ready, "Vault of this server to be unsealed and an active server to answer", context);
        log.info("vault: updated");
    }

    private void restartInTurn(StepContext context, ProgramUpdate files, VaultService service)
            throws IOException, CancelledException, InterruptedException {
        files.haveImage();
        files.load(); // should it end by itself meanwhile, then it is started with the new files
        String me = Integer.toString(context.host().lrn());
        long begin = System.nanoTime();
        boolean isDone = false;
        while (!isDone) {
            Condition turn = () -> {
                List<Integer> awaited = awaited(context, service, System.nanoTime() - begin);
                return awaited.isEmpty() ? Optional.empty() : Optional.of("boot servers " + awaited);
            };
            turn.await(
                    "the other boot servers to have their Vaults updated, since this one's is active",
                    TURN_DEADLINE,
                    "see `neco status` and `journalctl -u neco-worker` on these servers",
                    context.cancellation());
            try (Leadership lock = context.cancellation()
                    .interrupting(
                            () -> context.store().campaign(ElectionName.WORKER, me, TIME_TO_LIVE, LOCK_DEADLINE))) {
                log.atDebug().addKeyValue("key", lock.key().key()).log("vault: elected");
                // it may have become the active one while it was waiting for the lock
                if (awaited(context, service, System.nanoTime() - begin).isEmpty()) {
                    if (!lock.confirm()) {
                        throw new IOException("cannot restart Vault: lost the workers' lock");
                    }
                    files.restart();
                    await(service::whyNotReady, "Vault of this server to be unsealed", context);
                    isDone = true;
                }
            }
        }
    }

    /** For whom this server's Vault has to wait: nobody, unless it is the active one. */
    private List<Integer> awaited(StepContext context, VaultService service, long waited) {
        if (!service.isActive()) {
            return List.of();
        }
        Map<Integer, UpdateStatus> statuses = context.store().statuses();
        UpdateStatus own = statuses.get(context.host().lrn());
        List<Integer> awaited = new ArrayList<>();
        for (int lrn : context.request().servers()) {
            boolean isOut = waited > patience.toNanos() && !service.doesAnswer(lrn);
            if (lrn != context.host().lrn() && !hasPassed(own, statuses.get(lrn)) && !isOut) {
                awaited.add(lrn);
            }
        }
        return awaited;
    }

    /** Whether another server has done the step that this server is in: it reports the next one then. */
    private static boolean hasPassed(@Nullable UpdateStatus own, @Nullable UpdateStatus other) {
        return own != null
                && other != null
                && other.version().equals(own.version())
                && (other.step() > own.step() || other.condition() == UpdateCondition.COMPLETED);
    }

    private static void await(Condition condition, String what, StepContext context)
            throws IOException, CancelledException, InterruptedException {
        condition.await(
                what,
                READY_DEADLINE,
                "see `journalctl -u " + VaultProgram.SERVICE + "` on this server",
                context.cancellation());
    }
}
