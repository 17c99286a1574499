package io.neco.dctest.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS settings made of PEM files. The files are read when a context is made, not later. */
public final class TlsContexts {
    /** The certificate authorities that Debian and Ubuntu trust. */
    public static final Path SYSTEM_BUNDLE = Path.of("/etc/ssl/certs/ca-certificates.crt");

    private TlsContexts() {}

    /**
     * For a listener.
     *
     * @throws IOException if a file cannot be used
     */
    public static SSLContext server(KeyPairFiles files) throws IOException {
        return context(new KeyManager[] {new FixedKeyManager(files)}, new TrustManager[0]);
    }

    /**
     * For a client.
     *
     * @param keyPair what to show when the server asks for a certificate
     * @param trust PEM file with certificate authorities, read at the first handshake
     * @throws IOException if a file cannot be used
     */
    public static SSLContext client(Optional<KeyPairFiles> keyPair, Path trust) throws IOException {
        KeyManager[] keys =
                keyPair.isPresent() ? new KeyManager[] {new FixedKeyManager(keyPair.get())} : new KeyManager[0];
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

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set TLS up", e);
        }
    }

    /** Offers one key pair whatever is asked for. */
    private static final class FixedKeyManager extends X509ExtendedKeyManager {
        private static final String ALIAS = "key";
        private final X509Certificate[] chain;
        private final PrivateKey key;

        FixedKeyManager(KeyPairFiles files) throws IOException {
            this.chain = Pem.certificates(files.certificate()).toArray(new X509Certificate[0]);
            this.key = Pem.privateKey(files.key());
            if (!chain[0].getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
                throw new IOException("the key in " + files.key() + " does not belong to " + files.certificate());
            }
        }

        private @Nullable String aliasFor(String... types) {
            for (String type : types) {
                if (type.equals(key.getAlgorithm()) || type.startsWith(key.getAlgorithm() + "_")) {
                    return ALIAS;
                }
            }
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return aliasFor(type);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return aliasFor(type);
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return aliasFor(types);
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return aliasFor(types);
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
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
