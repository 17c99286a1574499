package io.neco.worker.step;

import io.neco.artifact.ContainerImage;
import io.neco.host.BootServer;
import io.neco.host.Command;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.vault.VaultProgram;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultHealth;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vault of this server, and how it and the others are.
 *
 * <p>From the stop to the start a mark is on the host, so that it is also started when the update ends in between.
 */
final class VaultService {
    /** The unit. */
    static final String UNIT = VaultProgram.SERVICE + ".service";

    private static final Logger log = LoggerFactory.getLogger(VaultService.class);
    private static final String MARK = HostPaths.PENDING_DIR + "/" + VaultProgram.SERVICE + ".stopped";

    private final StepHost host;

    VaultService(StepHost host) {
        this.host = host;
    }

    /** Whether there is a unit that can be stopped and started. */
    boolean isInstalled() {
        return host.files().exists(HostPaths.serviceUnit(VaultProgram.SERVICE));
    }

    /** Whether its unit, if there is one, runs this image; what is recorded as installed says nothing of the unit of an earlier membership. */
    boolean isOf(ContainerImage image) throws IOException {
        return host.files()
                .readIfExists(HostPaths.serviceUnit(VaultProgram.SERVICE))
                .map(unit -> unit.contains(" " + host.containers().fullName(image) + " "))
                .orElse(true);
    }

    /** Whether an update has stopped it and has not started it since. */
    boolean isStopped() {
        return host.files().exists(MARK);
    }

    /** Stops it until {@link #noteStarted}. */
    void stop() throws IOException, InterruptedException {
        host.files().write(MARK, "", FileMode.WORLD_READABLE);
        host.systemd().stopService(VaultProgram.SERVICE);
    }

    /** Notes that it runs again. */
    void noteStarted() throws IOException {
        host.files().deleteIfExists(MARK);
    }

    /** Whether its unit runs; one that is still being unsealed does not yet. */
    boolean isRunning() throws IOException, InterruptedException {
        return host.commands()
                .run(Command.of("systemctl", "is-active", UNIT).silent().asking())
                .isSuccess();
    }

    /** Whether it is the one of all that serves; one that does not answer is not. */
    boolean isActive() {
        try {
            return isActive(host.vault().health(VaultClient.LOCAL));
        } catch (IOException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("vault: does not answer");
            return false;
        }
    }

    /** Whether another server's Vault gives any answer. */
    boolean doesAnswer(int lrn) {
        try {
            host.vault().health(host.servers().vaultUrl(lrn));
            return true;
        } catch (IOException e) {
            log.atDebug()
                    .addKeyValue("lrn", lrn)
                    .addKeyValue("error", e.getMessage())
                    .log("vault: does not answer");
            return false;
        }
    }

    /** What keeps this server's Vault from serving or standing by; empty: nothing. */
    Optional<String> whyNotReady() {
        try {
            VaultHealth health = host.vault().health(VaultClient.LOCAL);
            return health.isInitialized() && !health.isSealed()
                    ? Optional.empty()
                    : Optional.of("Vault at " + VaultClient.LOCAL + " is " + health.state());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Why no Vault serves; empty: one does. */
    Optional<String> whyNoneActive(List<Integer> lrns) {
        BootServer servers = host.servers();
        StringBuilder states = new StringBuilder("no active Vault server:");
        for (int lrn : lrns) {
            try {
                VaultHealth health = host.vault().health(servers.vaultUrl(lrn));
                if (isActive(health)) {
                    return Optional.empty();
                }
                states.append(" boot-").append(lrn).append(" is ").append(health.state());
            } catch (IOException e) {
                states.append(" boot-").append(lrn).append(" does not answer");
            }
        }
        return isServedFromOutside() ? Optional.empty() : Optional.of(states.toString());
    }

    /** A server that has left keeps its Vault until somebody stops it, and it may become the active one. */
    private boolean isServedFromOutside() {
        try {
            Optional<String> leader = host.vault().leader(VaultClient.LOCAL);
            return leader.isPresent() && isActive(host.vault().health(leader.get()));
        } catch (IOException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("vault: no active server outside");
            return false;
        }
    }

    private static boolean isActive(VaultHealth health) {
        return health.state().equals("active");
    }
}
