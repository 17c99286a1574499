package io.neco.vault;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Unseals a Vault that is just starting; source: pkg/neco/cmd/vault_unseal.go at 1eec387. */
public final class Unsealing {
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Unsealing() {}

    /**
     * Waits until Vault answers, whatever its state, and unseals it.
     *
     * @param key the only share, base64
     * @param deadline how long to wait for the first answer
     * @throws VaultRequestException when there is no answer in time, the key is wrong, or Vault stays sealed
     */
    public static void run(SealedVault vault, String key, Duration deadline)
            throws VaultRequestException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                if (!vault.health().isSealed()) {
                    return;
                }
                break;
            } catch (VaultRequestException e) {
                if (!e.isNoAnswer()) {
                    throw e;
                }
                if (System.nanoTime() - begin >= deadline.toNanos()) {
                    throw new VaultRequestException(
                            "Vault at " + vault.address() + " did not answer within " + deadline.toSeconds() + " s: "
                                    + e.getMessage(),
                            VaultRequestException.NO_ANSWER,
                            e);
                }
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while waiting for Vault");
            }
        }
        vault.unseal(key);
    }
}
