package io.neco.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates the operating system trusts, as Go programs see them: a bundle of PEM certificates, read when a connection is made,
 * because {@code update-ca-certificates} changes it while Neco runs. The JDK's own trust store is not used.
 *
 * <p>Source: crypto/x509 of Go (pkg.go.dev/crypto/x509#SystemCertPool); {@code SSL_CERT_FILE} names another bundle.
 */
public final class OsTrustStore {
    private static final Logger log = LoggerFactory.getLogger(OsTrustStore.class);
    private static final Pattern PEM = Pattern.compile(
            "-----BEGIN (?:TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END (?:TRUSTED )?CERTIFICATE-----");
    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/cert.pem"));

    private record Loaded(FileTime modified, long size, X509ExtendedTrustManager manager) {}

    private final Path bundle;
    private @Nullable Loaded loaded;

    /** The bundle {@code SSL_CERT_FILE} names, else the first of the usual ones that exists. */
    public OsTrustStore() {
        this(Optional.ofNullable(System.getenv("SSL_CERT_FILE"))
                .filter(s -> !s.isEmpty())
                .map(Path::of)
                .orElseGet(
                        () -> BUNDLES.stream().filter(Files::exists).findFirst().orElse(BUNDLES.get(0))));
    }

    /** @param bundle file with PEM certificates */
    public OsTrustStore(Path bundle) {
        this.bundle = bundle;
    }

    /** A context that trusts this bundle, whatever it holds at the time of a handshake. */
    public SSLContext sslContext() {
        return sslContext(new KeyManager[0], trustManager());
    }

    /** A context with client certificates and a trust manager of the caller's choice. */
    public static SSLContext sslContext(KeyManager[] keys, X509ExtendedTrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    /** Trusts this bundle; reads it again when the file has changed. */
    public X509ExtendedTrustManager trustManager() {
        return new ReloadingTrustManager(this);
    }

    /**
     * Trusts the certificates of a PEM text.
     *
     * @param source where the text comes from, for messages
     * @throws CertificateException when there is no certificate in it
     */
    public static X509ExtendedTrustManager trusting(String pem, String source) throws CertificateException {
        return managerFor(certificates(pem), source);
    }

    synchronized X509ExtendedTrustManager current() throws CertificateException {
        try {
            FileTime modified = Files.getLastModifiedTime(bundle);
            long size = Files.size(bundle);
            Loaded known = loaded;
            if (known == null || !known.modified.equals(modified) || known.size != size) {
                String text = Files.readString(bundle, StandardCharsets.ISO_8859_1);
                known = new Loaded(modified, size, managerFor(certificates(text), bundle.toString()));
                loaded = known;
            }
            return known.manager;
        } catch (IOException e) {
            throw new CertificateException(
                    "cannot read the certificates this host trusts from " + bundle + " (" + e
                            + "); is the package ca-certificates installed?",
                    e);
        }
    }

    /** The certificates of a PEM text; blocks that cannot be understood are left out, as Go does. */
    static List<Certificate> certificates(String pem) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> found = new ArrayList<>();
        Matcher block = PEM.matcher(pem);
        while (block.find()) {
            try {
                byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                found.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException | IllegalArgumentException e) {
                log.atDebug().setCause(e).log("left out a certificate that cannot be understood");
            }
        }
        return found;
    }

    private static X509ExtendedTrustManager managerFor(List<Certificate> certificates, String source)
            throws CertificateException {
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate in " + source);
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager x509) {
                    return x509;
                }
            }
            throw new CertificateException("this Java runtime cannot check X.509 certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("cannot use the certificates of " + source + ": " + e.getMessage(), e);
        }
    }
}
