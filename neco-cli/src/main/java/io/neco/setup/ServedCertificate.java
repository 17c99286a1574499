package io.neco.setup;

import io.neco.host.HostFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Finds out whether a server of this host shows the certificate that is in a file now, or still an older one. */
final class ServedCertificate {
    private static final int TIMEOUT = (int) Duration.ofSeconds(5).toMillis();

    private ServedCertificate() {}

    /** Whether the TLS server at {@code port} of this host shows the certificate in {@code file}. */
    static boolean isCurrent(HostFiles files, String file, int port) throws IOException {
        try {
            X509Certificate expected = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(files.read(file).getBytes(StandardCharsets.US_ASCII)));
            return shown(port).filter(expected::equals).isPresent();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot compare the certificate in " + file + ": " + e.getMessage(), e);
        }
    }

    private static Optional<X509Certificate> shown(int port) throws IOException, GeneralSecurityException {
        Look look = new Look();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {look}, null);
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT);
            plain.setSoTimeout(TIMEOUT);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true)) {
                socket.startHandshake();
            }
        } catch (SSLException e) {
            // the server asks for a certificate, which is not shown here; its own has been seen by then
            return look.seen();
        }
        return look.seen();
    }

    /** Takes a look at the server's certificate; nothing is sent over the connection, so it need not be trusted. */
    private static final class Look extends X509ExtendedTrustManager {
        private final AtomicReference<X509Certificate> seen = new AtomicReference<>();

        Optional<X509Certificate> seen() {
            return Optional.ofNullable(seen.get());
        }

        private void look(X509Certificate[] chain) {
            if (chain.length > 0) {
                seen.set(chain[0]);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            look(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            look(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            look(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
