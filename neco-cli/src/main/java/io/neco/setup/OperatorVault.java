package io.neco.setup;

import io.neco.vault.VaultClient;
import java.io.IOException;

/** Vault as an operator reaches it. */
public interface OperatorVault {
    /** A client without a token of the Vault of boot server {@code lrn}; it has not been connected yet. */
    VaultClient connect(int lrn) throws IOException;

    /**
     * Logs in.
     *
     * @throws IOException when the operator cannot be asked, or Vault refuses name or password
     */
    VaultClient logIn(VaultClient anonymous) throws IOException;
}
