package io.neco.worker.step;

import io.neco.host.HostPaths;
import io.neco.program.vault.VaultProgram;
import java.io.IOException;
import java.time.Duration;

/**
 * Stops Vault on all servers, since servers of different versions must not share a storage.
 *
 * <p>Source: worker/vault.go at 1eec387.
 */
public final class StopVault implements UpdateStep {
    @Override
    public String description() {
        return "stops Vault";
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
        if (context.host().files().exists(HostPaths.serviceUnit(VaultProgram.SERVICE))) {
            context.host().systemd().stopService(VaultProgram.SERVICE);
        }
    }
}
