package io.neco.program.vault;

import java.util.List;

/**
 * The three certificate authorities of a boot cluster: PKI engines of Vault.
 *
 * <p>Source: constants.go and setup/vault.go at 1eec387, docs/vault.md.
 */
public enum VaultCa {
    /** Signs server certificates of etcd and Vault. */
    SERVER("ca/server", "server CA"),
    /** Signs what etcd's members show each other. */
    ETCD_PEER("ca/boot-etcd-peer", "boot etcd peer CA"),
    /** Signs client certificates for etcd; the common name is the user. */
    ETCD_CLIENT("ca/boot-etcd-client", "boot etcd client CA");

    /** Role all programs issue certificates with. */
    public static final String SYSTEM_ROLE = "system";
    /** Role of {@link #ETCD_CLIENT} for people. */
    public static final String HUMAN_ROLE = "human";
    /** Life of a CA, a hundred years. */
    public static final String CA_TTL = "876000h";
    /** Life of a certificate, ten years. */
    public static final String CERTIFICATE_TTL = "87600h";
    /** Life of the certificates setup begins with. */
    public static final String BOOTSTRAP_TTL = "1h";

    private final String mount;
    private final String commonName;

    VaultCa(String mount, String commonName) {
        this.mount = mount;
        this.commonName = commonName;
    }

    /** Path of the PKI engine. */
    public String mount() {
        return mount;
    }

    /** Common name of the CA's certificate. */
    public String commonName() {
        return commonName;
    }

    /** All, in the order they are made. */
    public static List<VaultCa> all() {
        return List.of(values());
    }
}
