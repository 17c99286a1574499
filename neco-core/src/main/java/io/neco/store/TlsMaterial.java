package io.neco.store;

import io.neco.http.OsTrustStore;
import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Certificates and key of a connection, read when the connection is made, because setup replaces the files while programs run.
 *
 * @param trusted the CAs whose server certificates are accepted; empty: those the operating system trusts
 * @param identity the client's own certificate and key; empty: none
 */
record TlsMaterial(List<X509Certificate> trusted, Optional<Identity> identity) {

    /**
     * A client's certificate chain and its key.
     *
     * @param chain the client's certificate first
     * @param key its private key
     */
    record Identity(List<X509Certificate> chain, PrivateKey key) {}

    /**
     * Reads what {@code config} names.
     *
     * @throws EtcdConfigException naming the file that is missing or broken
     */
    static TlsMaterial load(EtcdConfig config) {
        Optional<Identity> identity = identity(config);
        return new TlsMaterial(trusted(config), identity);
    }

    private static List<X509Certificate> trusted(EtcdConfig config) {
        return config.tlsCa().isPresent()
                ? certificates(PemText.of(config.tlsCa().get(), "tls-ca", config.source()))
                : List.of();
    }

    /**
     * Accepts the servers that {@code config} says are to be trusted.
     *
     * @throws EtcdConfigException naming the file that is missing or broken
     */
    static X509ExtendedTrustManager trust(EtcdConfig config) {
        return trust(trusted(config));
    }

    /** Accepts servers whose certificates one of {@link #trusted} has signed. */
    X509ExtendedTrustManager trust() {
        return trust(trusted);
    }

    private static X509ExtendedTrustManager trust(List<X509Certificate> trusted) {
        try {
            return trusted.isEmpty() ? new OsTrustStore().trustManager() : OsTrustStore.trusting(trusted);
        } catch (CertificateException e) {
            throw new EtcdConfigException("the certificates cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    /** The client certificate of {@code config} and its key. */
    static Optional<Identity> identity(EtcdConfig config) {
        if (config.tlsCert().isEmpty() || config.tlsKey().isEmpty()) {
            return Optional.empty();
        }
        PemText certificate = PemText.of(config.tlsCert().get(), "tls-cert", config.source());
        List<X509Certificate> chain = certificates(certificate);
        rejectExpired(chain.get(0), certificate.name());
        PemText pem = PemText.of(config.tlsKey().get(), "tls-key", config.source());
        PrivateKey key = PrivateKeys.read(pem);
        if (!CertifiedKey.isOf(chain.get(0), key)) {
            throw new EtcdConfigException("the client certificate of " + certificate.name() + " and the private key of "
                    + pem.name() + " do not belong together; run `neco cert renew` as root on the server they are of");
        }
        return Optional.of(new Identity(chain, key));
    }

    /** etcd would only close the connection. */
    private static void rejectExpired(X509Certificate certificate, String name) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new EtcdConfigException(
                    name + " holds a client certificate that expired at "
                            + certificate.getNotAfter().toInstant()
                            + "; run `neco cert renew` as root on the server it is of, with `--vault LRN` of another"
                            + " server if its own Vault cannot be used either",
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new EtcdConfigException(
                    name + " holds a client certificate that is not valid before "
                            + certificate.getNotBefore().toInstant() + "; check this server's clock",
                    e);
        }
    }

    private static List<X509Certificate> certificates(PemText pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (PemText.Block block : pem.certificateBlocks()) {
                certificates.add(certificate(block.der()));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new EtcdConfigException(
                    pem.name() + " holds a certificate that cannot be read: " + e.getMessage(), e);
        }
        return certificates;
    }

    static X509Certificate certificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}
