package io.neco.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.neco.http.OsTrustStore;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a Vault whose certificate cannot be trusted, and what to do. */
class VaultCertificateTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path directory;

    private final Instant now = Instant.now();
    private final X509Bundle trusted = ca();

    private X509Bundle ca() {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=server CA")
                    .setIsCertificateAuthority(true)
                    .notBefore(now.minus(DAY.multipliedBy(9)))
                    .notAfter(now.plus(DAY.multipliedBy(9)))
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertMessages(X509Bundle signer, Instant from, Instant to, String... words) throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=boot-0")
                .addSanIpAddress("127.0.0.1")
                .notBefore(from)
                .notAfter(to)
                .buildIssuedBy(signer);
        SSLContext served = SSLContext.getInstance("TLS");
        served.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(served));
        server.start();
        try {
            String address = "https://127.0.0.1:" + server.getAddress().getPort();
            SSLContext trust = new OsTrustStore(
                            Files.writeString(directory.resolve("ca.crt"), trusted.getCertificatePEM()))
                    .sslContext();
            for (SealedVault vault : List.of(VaultClient.connect(address, trust), new LiteVault(address, trust))) {
                VaultRequestException refused = catchThrowableOfType(VaultRequestException.class, vault::health);

                assertThat(refused.isNoAnswer()).isTrue();
                assertThat(refused).hasMessageContainingAll(words).hasMessageContaining(address);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anExpiredCertificateIsRenewedWithTheVaultOfAnotherServer() throws Exception {
        assertMessages(
                trusted,
                now.minus(DAY.multipliedBy(2)),
                now.minus(DAY),
                "its certificate has expired (",
                "run `neco cert renew --vault LRN` as root on that server");
    }

    @Test
    void aCertificateOfTheFutureIsAMatterOfClocks() throws Exception {
        assertMessages(
                trusted,
                now.plus(DAY),
                now.plus(DAY.multipliedBy(2)),
                "its certificate is not valid yet (",
                "compare the clocks of both servers");
    }

    @Test
    void aCertificateOfAnotherCaNamesTheFileOfTheOwnOne() throws Exception {
        assertMessages(
                ca(),
                now.minus(DAY),
                now.plus(DAY),
                "is not signed by a CA that this server trusts",
                "/usr/local/share/ca-certificates/neco.crt");
    }
}
