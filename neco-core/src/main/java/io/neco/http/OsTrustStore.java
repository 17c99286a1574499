package io.neco.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
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
import org.slf4j.LoggerFactory;

/**
 * The certificates the operating system trusts, as Go programs see them: a bundle of PEM certificates, read when a connection is made,
 * because {@code update-ca-certificates} changes it while Neco runs. The JDK's own trust store is not used.
 *
 * <p>Source: crypto/x509 of Go (pkg.go.dev/crypto/x509#SystemCertPool); {@code SSL_CERT_FILE} names another bundle.
 */
public final class OsTrustStore {
    private static final Pattern PEM = Pattern.compile(
            "-----BEGIN (?:TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END (?:TRUSTED )?CERTIFICATE-----");
    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/cert.pem"));

    private record Loaded(FileTime modified, long size, List<byte[]> certificates) {}

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

    /** The file. */
    @Override
    public String toString() {
        return bundle.toString();
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
        return managerFor(decoded(blocks(pem)), source);
    }

    /** Trusts these certificates, at least one. */
    public static X509ExtendedTrustManager trusting(List<X509Certificate> certificates) throws CertificateException {
        return managerFor(certificates, "what is to be trusted");
    }

    /**
     * Trusts those of the bundle that can have signed {@code chain}. It holds some 140, and to decode all of them would take longer than the
     * rest of a handshake.
     */
    X509ExtendedTrustManager trustFor(X509Certificate[] chain) throws CertificateException {
        List<byte[]> candidates = new ArrayList<>();
        for (byte[] der : bundled()) {
            if (mayHaveSigned(der, chain)) {
                candidates.add(der);
            }
        }
        List<Certificate> authorities = decoded(candidates);
        if (authorities.isEmpty()) {
            throw new CertificateException(
                    "no CA of " + bundle + " has signed the server's certificate",
                    new CertPathBuilderException("no trust anchor"));
        }
        return managerFor(authorities, bundle.toString());
    }

    /** Whether the certificate mentions a name that issued one of the chain. */
    private static boolean mayHaveSigned(byte[] der, X509Certificate[] chain) {
        String haystack = new String(der, StandardCharsets.ISO_8859_1);
        for (X509Certificate certificate : chain) {
            byte[] issuer = certificate.getIssuerX500Principal().getEncoded();
            if (haystack.contains(new String(issuer, StandardCharsets.ISO_8859_1))) {
                return true;
            }
        }
        return false;
    }

    private synchronized List<byte[]> bundled() throws CertificateException {
        try {
            FileTime modified = Files.getLastModifiedTime(bundle);
            long size = Files.size(bundle);
            Loaded known = loaded;
            if (known == null || !known.modified.equals(modified) || known.size != size) {
                known = new Loaded(modified, size, blocks(Files.readString(bundle, StandardCharsets.ISO_8859_1)));
                loaded = known;
            }
            if (known.certificates.isEmpty()) {
                throw new CertificateException("there is no certificate in " + bundle);
            }
            return known.certificates;
        } catch (IOException e) {
            throw new CertificateException(
                    "cannot read the certificates this host trusts from " + bundle + " (" + e
                            + "); is the package ca-certificates installed?",
                    e);
        }
    }

    /** What a PEM text says are certificates; blocks that are not even base64 are left out. */
    private static List<byte[]> blocks(String pem) {
        List<byte[]> found = new ArrayList<>();
        Matcher block = PEM.matcher(pem);
        while (block.find()) {
            try {
                found.add(Base64.getMimeDecoder().decode(block.group(1)));
            } catch (IllegalArgumentException e) {
                leftOut(e);
            }
        }
        return found;
    }

    /** The certificates; those that cannot be understood are left out, as Go does. */
    private static List<Certificate> decoded(List<byte[]> encoded) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> found = new ArrayList<>();
        for (byte[] der : encoded) {
            try {
                found.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                leftOut(e);
            }
        }
        return found;
    }

    private static void leftOut(Exception e) {
        // the logger is made here: for a short command it is a good part of its time
        LoggerFactory.getLogger(OsTrustStore.class)
                .atDebug()
                .setCause(e)
                .log("left out a certificate that cannot be understood");
    }

    private static X509ExtendedTrustManager managerFor(List<? extends Certificate> certificates, String source)
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
