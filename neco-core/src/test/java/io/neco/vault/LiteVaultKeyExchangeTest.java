package io.neco.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.neco.http.OsTrustStore;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** A Vault that takes no key exchange but P-256, as one that was built for FIPS 140 does. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "X25519 and P-256 are always offered together there")
class LiteVaultKeyExchangeTest {
    private static final byte[] HEALTH =
            "{\"initialized\":true,\"sealed\":false,\"standby\":true}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void isAskedAgainWithAllThatThereIs() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=boot-0")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        SSLContext served = SSLContext.getInstance("TLS");
        served.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(p256(served));
        server.createContext("/v1/sys/health", exchange -> {
            exchange.sendResponseHeaders(200, HEALTH.length);
            exchange.getResponseBody().write(HEALTH);
            exchange.close();
        });
        server.start();
        try {
            SSLContext trust = new OsTrustStore(
                            Files.writeString(directory.resolve("ca.crt"), certificate.getCertificatePEM()))
                    .sslContext();
            LiteVault vault =
                    new LiteVault("https://127.0.0.1:" + server.getAddress().getPort(), trust);

            assertThat(vault.health()).isEqualTo(new VaultHealth(true, false, true));
        } finally {
            server.stop(0);
        }
    }

    private static HttpsConfigurator p256(SSLContext context) {
        return new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                try {
                    SSLParameters.class
                            .getMethod("setNamedGroups", String[].class)
                            .invoke(ssl, (Object) new String[] {"secp256r1"});
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
                parameters.setSSLParameters(ssl);
            }
        };
    }
}
