package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.testing.EtcdCluster;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that takes no key exchange but P-256, as one that was built for FIPS 140 does: a real one behind a TLS server of ours. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "X25519 and P-256 are always offered together there")
class KeyExchangeIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger refused = new AtomicInteger();
    private SSLServerSocket front;
    private EtcdConfig config;

    @BeforeEach
    void listen() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=front")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        Path ca = Files.writeString(directory.resolve("ca.crt"), certificate.getCertificatePEM());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        front = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = front.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        SSLParameters.class.getMethod("setNamedGroups", String[].class).invoke(parameters, (Object)
                new String[] {"secp256r1"});
        front.setSSLParameters(parameters);
        threads.execute(this::serve);
        EtcdConfig plain = ETCD.config("root", List.of("https://127.0.0.1:" + front.getLocalPort()));
        config = new EtcdConfig(
                plain.endpoints(),
                plain.prefix(),
                plain.timeout(),
                "",
                "",
                Optional.of(new EtcdConfig.Pem.InFile(ca.toString())),
                Optional.empty(),
                Optional.empty());
    }

    @AfterEach
    void close() throws IOException {
        front.close();
        threads.shutdownNow();
    }

    private void serve() {
        URI etcd = URI.create(ETCD.endpoint(0));
        try {
            while (true) {
                SSLSocket client = (SSLSocket) front.accept();
                threads.execute(() -> {
                    try (client) {
                        client.startHandshake();
                        try (Socket server = new Socket(etcd.getHost(), etcd.getPort())) {
                            threads.execute(() -> copy(server, client));
                            copy(client, server);
                        }
                    } catch (IOException e) {
                        refused.incrementAndGet();
                    }
                });
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            return; // the other end is gone
        }
    }

    @Test
    void aReaderLeavesItToTheOrdinaryClient() {
        try (LiteReader reader = (LiteReader) LiteReader.open(config)) {
            assertThat(reader.snapshot().request()).isEmpty();
            assertThat(reader.usesFallback()).isTrue();
            assertThat(refused).hasValue(1);
        }
    }
}
