package io.neco.vault;

/**
 * What Vault gives out once, when it is initialised.
 *
 * @param unsealKey the only share, base64
 * @param rootToken the root token
 */
public record VaultKeys(String unsealKey, String rootToken) {
    @Override
    public String toString() {
        return "VaultKeys[…]";
    }
}
