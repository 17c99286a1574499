package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OsTrustStoreIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private X509Bundle ca;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        ca = authority("the CA");
        serve(new CertificateBuilder(), ca);
    }

    /** Replaces the server, if there is one, by one with that certificate. */
    private void serve(CertificateBuilder certificate, X509Bundle signer) throws Exception {
        if (server != null) {
            server.stop(0);
        }
        X509Bundle shown = certificate
                .ecp256()
                .subject("CN=server")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(signer);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.toKeyManagerFactory().getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void trustsWhatTheBundleHoldsWhenTheConnectionIsMade() throws Exception {
        Path bundle = directory.resolve("ca-certificates.crt");
        Files.writeString(bundle, authority("another CA").getCertificatePEM());

        try (WebClient client = new HttpClients(new OsTrustStore(bundle), Map.of()).local()) {
            assertThatIOException()
                    .isThrownBy(() -> client.getText(uri(), Map.of(), DEADLINE))
                    .withMessageContaining("no CA of " + bundle + " has signed the server's certificate");
            Files.writeString(
                    bundle,
                    "# comment\n-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n"
                            + authority("another CA").getCertificatePEM() + ca.getCertificatePEM());

            assertThat(client.getText(uri(), Map.of(), DEADLINE)).isEqualTo("hello");
        }
    }

    @Test
    void saysWhatIsWrongWithACertificate() throws Exception {
        Instant now = Instant.now();
        Duration day = Duration.ofDays(1);
        X509Bundle trusted = authority("the CA");

        assertThat(refusal(authority("the CA"), trusted, now.minus(day), now.plus(day)))
                .contains("no CA of " + directory + "/bundle.crt has signed the server's certificate");
        assertThat(refusal(trusted, trusted, now.minus(day.multipliedBy(2)), now.minus(day)))
                .contains("the server's certificate has expired (");
        assertThat(refusal(trusted, trusted, now.plus(day), now.plus(day.multipliedBy(2))))
                .contains("the server's certificate is not valid yet (");
    }

    private String refusal(X509Bundle signer, X509Bundle trusted, Instant from, Instant to) throws Exception {
        serve(new CertificateBuilder().notBefore(from).notAfter(to), signer);
        Path bundle = Files.writeString(directory.resolve("bundle.crt"), trusted.getCertificatePEM());
        HttpClients clients = new HttpClients(new OsTrustStore(bundle), Map.of());
        HttpRequest request = HttpRequest.newBuilder(uri()).build();
        List<String> messages = new ArrayList<>();
        try (WebClient client = clients.local();
                BlockingClient streaming = clients.streaming(Optional.empty(), DEADLINE)) {
            for (Sender sender : List.of(client, streaming)) {
                assertThatIOException()
                        .isThrownBy(() -> sender.send(request, BodyHandlers.ofString(), DEADLINE))
                        .satisfies(e -> messages.add(e.getMessage()));
            }
        }
        assertThat(messages.get(0)).isEqualTo(messages.get(1));
        return messages.get(0);
    }

    @Test
    void namesTheBundleThatIsMissing() {
        Path missing = directory.resolve("missing.crt");

        try (WebClient client = new HttpClients(new OsTrustStore(missing), Map.of()).local()) {
            assertThatIOException()
                    .isThrownBy(() -> client.getText(uri(), Map.of(), DEADLINE))
                    .withMessageContaining(missing.toString())
                    .withMessageContaining("is the package ca-certificates installed?");
        }
    }

    @Test
    void askingAgainDoesNotHelpAgainstACertificateOfAnotherCa() throws Exception {
        assertThatAskingAgainDoesNotHelp(authority("another CA"), uri());
    }

    @Test
    void askingAgainDoesNotHelpAgainstACertificateOfAnotherServer() throws Exception {
        assertThatAskingAgainDoesNotHelp(
                ca, URI.create("https://localhost:" + server.getAddress().getPort() + "/"));
    }

    private void assertThatAskingAgainDoesNotHelp(X509Bundle trusted, URI uri) throws Exception {
        Path bundle = directory.resolve("ca-certificates.crt");
        Files.writeString(bundle, trusted.getCertificatePEM());
        HttpClients clients = new HttpClients(new OsTrustStore(bundle), Map.of());
        HttpRequest request = HttpRequest.newBuilder(uri).build();

        try (WebClient client = clients.local();
                BlockingClient streaming = clients.streaming(Optional.empty(), DEADLINE)) {
            for (Sender sender : List.of(client, streaming)) {
                assertThatIOException()
                        .isThrownBy(() -> sender.send(request, BodyHandlers.ofString(), DEADLINE))
                        .matches(e -> !Retry.isTransient(e), "will not pass by itself");
            }
        }
    }

    private URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }
}
