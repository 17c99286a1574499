package io.neco.vault;

/** What can be done to a Vault without a token. */
public interface SealedVault {

    /** The server's address. */
    String address();

    /** What the server says of itself; any state is an answer. */
    VaultHealth health() throws VaultRequestException;

    /**
     * Unseals the server; no error when it is unsealed already.
     *
     * @param key the only share, base64
     * @throws VaultRequestException when the key is wrong, or Vault is still sealed afterwards
     */
    void unseal(String key) throws VaultRequestException;
}
