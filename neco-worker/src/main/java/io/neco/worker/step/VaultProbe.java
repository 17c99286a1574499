package io.neco.worker.step;

import io.neco.vault.VaultHealth;
import java.io.IOException;
import java.util.Optional;

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

    /**
     * The address of the server that the one asked takes for the active one; empty: it knows none.
     *
     * @throws IOException when it does not answer; the message names the address
     */
    default Optional<String> leader(String address) throws IOException {
        return Optional.empty();
    }
}
