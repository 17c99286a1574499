package io.neco.worker.step;

import io.neco.vault.VaultHealth;
import java.io.IOException;

/** Asks a Vault server how it is. */
@FunctionalInterface
public interface VaultProbe {
    /**
     * Asks once.
     *
     * @param address e.g. {@code https://127.0.0.1:8200}
     * @throws IOException when it does not answer; the message names the address
     */
    VaultHealth health(String address) throws IOException;
}
