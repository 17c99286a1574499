package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.vault.Certificate;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where a certificate, its key and its CA belong; source: setup/vault.go at 1eec387. Unlike there, a key can be read only by the user
 * whose programs need it.
 *
 * @param certificate the certificate's file
 * @param key the key's file
 * @param keyMode mode and owner of the key
 * @param ca the issuing CA's file; empty: it is not written
 */
record CertificateFiles(String certificate, String key, FileMode keyMode, Optional<String> ca) {
    /** etcd's and Vault's server certificate. */
    static final CertificateFiles SERVER = new CertificateFiles(
            HostPaths.SERVER_CERT_FILE, HostPaths.SERVER_KEY_FILE, FileMode.CONTAINER_PRIVATE, Optional.empty());
    /** The same, with the CA every program of the cluster trusts. */
    static final CertificateFiles SERVER_WITH_CA = new CertificateFiles(
            HostPaths.SERVER_CERT_FILE,
            HostPaths.SERVER_KEY_FILE,
            FileMode.CONTAINER_PRIVATE,
            Optional.of(HostPaths.SERVER_CA_FILE));
    /** What etcd's members show each other. */
    static final CertificateFiles PEER = new CertificateFiles(
            HostPaths.ETCD_PEER_CERT_FILE,
            HostPaths.ETCD_PEER_KEY_FILE,
            FileMode.CONTAINER_PRIVATE,
            Optional.of(HostPaths.ETCD_PEER_CA_FILE));
    /** Vault as etcd's client. */
    static final CertificateFiles VAULT = new CertificateFiles(
            HostPaths.VAULT_CERT_FILE,
            HostPaths.VAULT_KEY_FILE,
            FileMode.CONTAINER_PRIVATE,
            Optional.of(HostPaths.ETCD_CLIENT_CA_FILE));
    /** The backup as etcd's client. */
    static final CertificateFiles BACKUP = new CertificateFiles(
            HostPaths.ETCD_BACKUP_CERT_FILE, HostPaths.ETCD_BACKUP_KEY_FILE, FileMode.PRIVATE, Optional.empty());
    /** Neco's programs as etcd's client. */
    static final CertificateFiles NECO =
            new CertificateFiles(HostPaths.NECO_CERT_FILE, HostPaths.NECO_KEY_FILE, FileMode.PRIVATE, Optional.empty());

    /**
     * Writes the CA first, so that whoever sees the certificate can also check it. Certificate and key belong together: a full disk
     * replaces neither, since etcd and Vault read them at every connection.
     */
    void write(HostFiles files, Certificate issued) throws IOException {
        if (ca.isPresent()) {
            files.write(ca.get(), lines(issued.issuingCa()), FileMode.WORLD_READABLE);
        }
        files.writeTogether(List.of(
                new HostFiles.NewText(key, lines(issued.privateKey()), keyMode),
                new HostFiles.NewText(certificate, lines(issued.certificate()), FileMode.WORLD_READABLE)));
    }

    private static String lines(String pem) {
        return pem.endsWith("\n") ? pem : pem + "\n";
    }
}
