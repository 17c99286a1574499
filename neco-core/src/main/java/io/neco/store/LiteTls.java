package io.neco.store;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS for a single short connection: the same trust and identity as every other connection, without the work a JVM does before it
 * needs it. Of the operating system's bundle only the CAs that can have signed the server's certificate are decoded.
 */
final class LiteTls {
    private LiteTls() {}

    static SSLSocketFactory socketFactory(EtcdConfig config) throws GeneralSecurityException {
        KeyManager[] keys = new KeyManager[0];
        if (config.tlsCert().isPresent()) {
            // read while the handshake begins: both keep a processor busy in a JVM that has just started
            FutureTask<Optional<TlsMaterial.Identity>> identity = new FutureTask<>(new Callable<>() {
                @Override
                public Optional<TlsMaterial.Identity> call() {
                    return TlsMaterial.identity(config);
                }
            });
            Thread reader = new Thread(identity, "neco-etcd-identity");
            reader.setDaemon(true);
            reader.start();
            keys = new KeyManager[] {new OneIdentity(identity)};
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new LazyTrust(TlsMaterial.trust(config))}, null);
        return context.getSocketFactory();
    }

    /** Shows one certificate to every server that asks for any; one that cannot be read makes the handshake fail. */
    private static final class OneIdentity extends X509ExtendedKeyManager {
        private static final String ALIAS = "neco";
        private final FutureTask<Optional<TlsMaterial.Identity>> identity;

        OneIdentity(FutureTask<Optional<TlsMaterial.Identity>> identity) {
            this.identity = identity;
        }

        private TlsMaterial.Identity identity() {
            try {
                return identity.get().orElseThrow();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the client certificate cannot be read", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the client certificate is read", e);
            }
        }

        private @Nullable String alias(String[] keyTypes) {
            for (String keyType : keyTypes) {
                if (keyType.startsWith(identity().key().getAlgorithm())) {
                    return ALIAS;
                }
            }
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(keyTypes);
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(keyTypes);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity().chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity().key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }
    }

    /** The JDK's own checks, host name included, against the few CAs that matter. */
    private static final class LazyTrust extends X509ExtendedTrustManager {
        private final PemText bundle;

        LazyTrust(PemText bundle) {
            this.bundle = bundle;
        }

        private X509ExtendedTrustManager jdkTrust(X509Certificate[] chain) throws CertificateException {
            try {
                Set<TrustAnchor> anchors = new HashSet<>();
                for (PemText.Block block : bundle.certificateBlocks()) {
                    byte[] der = block.der();
                    if (mayHaveSigned(der, chain)) {
                        anchors.add(new TrustAnchor(TlsMaterial.certificate(der), null));
                    }
                }
                if (anchors.isEmpty()) {
                    throw new CertificateException(
                            "no CA of " + bundle.name() + " has signed the server's certificate");
                }
                PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
                parameters.setRevocationEnabled(false);
                TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
                factory.init(new CertPathTrustManagerParameters(parameters));
                return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
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

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            jdkTrust(chain).checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            jdkTrust(chain).checkServerTrusted(chain, authType, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("a server is only trusted on a connection");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
