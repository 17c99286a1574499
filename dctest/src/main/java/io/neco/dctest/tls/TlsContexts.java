package io.neco.dctest.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS settings of clients, made of PEM files. */
public final class TlsContexts {
    /** The certificate authorities that Debian and Ubuntu trust. */
    public static final Path SYSTEM_BUNDLE = Path.of("/etc/ssl/certs/ca-certificates.crt");

    private TlsContexts() {}

    /**
     * For a client.
     *
     * @param keyPair what to show when the server asks for a certificate; read for every handshake, as etcd's own client library does
     * @param trust PEM file with certificate authorities, read at the first handshake
     * @throws IOException if a file cannot be used
     */
    public static SSLContext client(Optional<KeyPairFiles> keyPair, Path trust) throws IOException {
        KeyManager[] keys =
                keyPair.isPresent() ? new KeyManager[] {new PemKeyManager(keyPair.get())} : new KeyManager[0];
        return context(keys, new TrustManager[] {new BundleTrustManager(trust)});
    }

    /**
     * For a client that accepts every server, as an operator may ask for.
     *
     * @throws IOException if the runtime lacks TLS
     */
    public static SSLContext trustingClient() throws IOException {
        return context(new KeyManager[0], new TrustManager[] {new TrustEverything()});
    }

    static SSLContext context(KeyManager[] keys, TrustManager[] trust) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set TLS up", e);
        }
    }

    private static final class TrustEverything extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
