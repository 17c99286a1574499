package io.neco.store;

/** Values that are secrets, and where they are; source: storage/keys.go at 1eec387. */
public enum SecretKey {
    /** Vault's unseal key, base64. */
    VAULT_UNSEAL_KEY("vault-unseal-key"),
    /** Vault's root token, between setup and its revocation. */
    VAULT_ROOT_TOKEN("vault-root-token"),
    /** bmc-user.json. */
    BMC_USER("bmc/bmc-user"),
    /** IPMI user. */
    IPMI_USER("bmc/ipmi-user"),
    /** IPMI password. */
    IPMI_PASSWORD("bmc/ipmi-password"),
    /** Teleport's token for nodes. */
    TELEPORT_AUTH_TOKEN("teleport/auth-token");

    private final String key;

    SecretKey(String key) {
        this.key = key;
    }

    /** The key, without the prefix. */
    public String key() {
        return key;
    }
}
