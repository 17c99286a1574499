package io.neco.redfish;

import io.neco.http.OsTrustStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which certificates of management controllers are accepted. */
public final class BmcTrust {
    private final X509ExtendedTrustManager manager;

    private BmcTrust(X509ExtendedTrustManager manager) {
        this.manager = manager;
    }

    /** Any, as the reference does: controllers sign their own. */
    public static BmcTrust anything() {
        return new BmcTrust(new AnyCertificate());
    }

    /**
     * Those that a CA of {@code file} has signed for the address that was connected to.
     *
     * @param file PEM certificates
     * @throws IOException when it cannot be read or has no certificate; the message names it
     */
    public static BmcTrust authority(Path file) throws IOException {
        return load(file).orElseThrow(() -> new IOException("there is no file " + file + " with the CA of the BMCs"));
    }

    /** As {@link #authority} where there is such a file, else {@link #anything}. */
    public static BmcTrust authorityOrAnything(Path file) throws IOException {
        return load(file).orElseGet(BmcTrust::anything);
    }

    private static Optional<BmcTrust> load(Path file) throws IOException {
        try {
            String pem = Files.readString(file, StandardCharsets.ISO_8859_1);
            return Optional.of(new BmcTrust(OsTrustStore.trusting(pem, file.toString())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ", the CA of the BMCs: " + e, e);
        } catch (CertificateException e) {
            throw new IOException(e.getMessage() + "; it should hold the CA of the BMCs as PEM", e);
        }
    }

    X509ExtendedTrustManager manager() {
        return manager;
    }
}
