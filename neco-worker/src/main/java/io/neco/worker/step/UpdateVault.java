package io.neco.worker.step;

import io.neco.container.Bind;
import io.neco.host.BootServer;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.vault.VaultProgram;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs Vault's program and files, starts it, and waits until it is unsealed and the cluster has an active server.
 *
 * <p>Source: worker/vault.go at 1eec387, which waits ten seconds instead.
 */
public final class UpdateVault implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateVault.class);
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(2);
    private static final Duration READY_DEADLINE = Duration.ofMinutes(3);

    @Override
    public String description() {
        return "installs the tools of Vault's image, writes its unit and config.hcl, starts it, and waits until it is unsealed";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        if (context.needsImage(VaultProgram.IMAGE)) {
            host.containers()
                    .run(
                            host.artifacts().image(VaultProgram.IMAGE),
                            List.of(Bind.writable("/usr/local/bin", VaultProgram.TOOLS_MOUNT)),
                            List.of(VaultProgram.INSTALL_TOOLS),
                            TOOL_DEADLINE);
            context.recordImage(VaultProgram.IMAGE);
        }
        String unit =
                VaultProgram.service(host.containers().fullName(host.artifacts().image(VaultProgram.IMAGE)));
        String config = VaultProgram.config(host.lrn(), context.request().servers(), host.servers());
        String unitFile = HostPaths.serviceUnit(VaultProgram.SERVICE);
        context.changed(unitFile, host.files().replace(unitFile, unit, FileMode.WORLD_READABLE));
        context.changed(
                HostPaths.VAULT_CONFIG_FILE,
                host.files().replace(HostPaths.VAULT_CONFIG_FILE, config, FileMode.WORLD_READABLE));
        context.hideKey(HostPaths.VAULT_KEY_FILE, FileMode.CONTAINER_PRIVATE);
        host.systemd().enableNow(VaultProgram.SERVICE + ".service");
        Condition ready = () -> missing(host, context.request().servers());
        ready.await(
                "Vault of this server to be unsealed and an active server to answer",
                READY_DEADLINE,
                "see `journalctl -u " + VaultProgram.SERVICE + "` on this server",
                context.cancellation());
        log.info("vault: updated");
    }

    private static Optional<String> missing(StepHost host, List<Integer> lrns) {
        Optional<String> own = notReady(host.vault(), VaultClient.LOCAL);
        if (own.isPresent()) {
            return own;
        }
        BootServer servers = host.servers();
        StringBuilder states = new StringBuilder("no active Vault server:");
        for (int lrn : lrns) {
            try {
                VaultHealth health = host.vault().health(servers.vaultUrl(lrn));
                if (health.state().equals("active")) {
                    return Optional.empty();
                }
                states.append(" boot-").append(lrn).append(" is ").append(health.state());
            } catch (IOException e) {
                states.append(" boot-").append(lrn).append(" does not answer");
            }
        }
        return isServedFromOutside(host) ? Optional.empty() : Optional.of(states.toString());
    }

    /** A server that has left keeps its Vault until somebody stops it, and it becomes active while the others are stopped. */
    private static boolean isServedFromOutside(StepHost host) {
        try {
            Optional<String> leader = host.vault().leader(VaultClient.LOCAL);
            return leader.isPresent()
                    && host.vault().health(leader.get()).state().equals("active");
        } catch (IOException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("vault: no active server outside");
            return false;
        }
    }

    private static Optional<String> notReady(VaultProbe probe, String address) {
        try {
            VaultHealth health = probe.health(address);
            return health.isInitialized() && !health.isSealed()
                    ? Optional.empty()
                    : Optional.of("Vault at " + address + " is " + health.state());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
