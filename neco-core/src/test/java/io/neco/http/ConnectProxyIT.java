package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.neco.http.testing.TestConnectProxy;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A proxy that wants user and password, before tunnels to servers that speak https as well as before plain http, or that opens none. */
class ConnectProxyIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final URI HTTPS = URI.create("https://release.test/x");
    private static final URI HTTP = URI.create("http://release.test/x");

    /** Which client. */
    enum Kind {
        JDK,
        BLOCKING
    }

    @TempDir
    Path directory;

    private final Set<String> seenByServer = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final List<WebClient> clients = new ArrayList<>();
    private HttpsServer server;
    private TestConnectProxy proxy;
    private Path bundle;

    @BeforeEach
    void start() throws Exception {
        X509Bundle ca = new CertificateBuilder()
                .ecp256()
                .subject("CN=ca")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        bundle = directory.resolve("ca.crt");
        Files.writeString(bundle, ca.getCertificatePEM());
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=server")
                .addSanDnsName("release.test")
                .buildIssuedBy(ca);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            seenByServer.addAll(exchange.getRequestHeaders().keySet());
            byte[] body = "hello".getBytes(StandardCharsets.US_ASCII);
            // without saying how to authenticate, as GitHub does
            if (exchange.getRequestURI().getPath().equals("/down")) {
                exchange.getResponseHeaders().set("Location", HTTP.toString());
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/secret") ? 401 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        proxy = new TestConnectProxy(server.getAddress(), "me:s:crët@");
    }

    @AfterEach
    void stop() throws IOException {
        clients.forEach(WebClient::close);
        proxy.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"JDK,true", "JDK,false", "BLOCKING,true", "BLOCKING,false"})
    void showsUserAndPasswordToTheProxyThatOpensTheTunnelAndToNobodyElse(Kind kind, boolean isSetting)
            throws Exception {
        String address = proxy.uri("me:s%3Acr%C3%ABt%40").toString();

        HttpResponse<String> answer = isSetting
                ? get(kind, Optional.of(address), Map.of(), HTTPS)
                : get(kind, Optional.empty(), Map.of("HTTPS_PROXY", address), HTTPS);

        assertThat(answer.body()).isEqualTo("hello");
        assertThat(proxy.tunnels()).containsExactly("release.test:443");
        assertThat(seenByServer).isNotEmpty().doesNotContain("Proxy-Authorization");
    }

    @ParameterizedTest
    @CsvSource({"JDK,true", "JDK,false", "BLOCKING,true", "BLOCKING,false"})
    void showsThemToTheProxyForPlainHttp(Kind kind, boolean isSetting) throws Exception {
        try (TestHttpServer plain = new TestHttpServer(
                request -> "Basic bWU6c2VjcmV0".equals(request.headers().get("Proxy-Authorization"))
                        ? Reply.of(200, "let in")
                        : Reply.of(407, "").with("Proxy-Authenticate", "Basic realm=\"p\""))) {
            String address = plain.uri().toString().replace("//", "//me:secret@");

            HttpResponse<String> answer = isSetting
                    ? get(kind, Optional.of(address), Map.of(), HTTP)
                    : get(kind, Optional.empty(), Map.of("http_proxy", address), HTTP);

            assertThat(answer.body()).isEqualTo("let in");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aPasswordThatIsRefusedIsToldByTheProxysStatusWithoutShowingIt(Kind kind) throws Exception {
        String address = proxy.uri("me:secret").toString();

        assertThatIOException()
                .isThrownBy(() -> get(kind, Optional.of(address), Map.of(), HTTPS))
                .withMessageContaining("GET https://release.test/x (through the proxy " + shownProxy() + "):")
                .withMessageContaining("the proxy opens no tunnel: status code 407")
                .withMessageNotContaining("secret")
                .matches(e -> !Retry.isTransient(e), "will not pass by itself");
        assertThat(proxy.tunnels()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aProxysRefusalOfATunnelIsNeverTakenForTheServersAnswer(Kind kind) {
        String address = proxy.uri("me:s%3Acr%C3%ABt%40").toString();
        proxy.refuse("api.test:443", "302 Found\r\nLocation: " + HTTPS);

        assertThatIOException()
                .isThrownBy(() -> get(kind, Optional.of(address), Map.of(), URI.create("https://api.test/x")))
                .withMessageContaining("the proxy opens no tunnel: status code 302");

        assertThat(proxy.tunnels()).as("where the proxy sends us").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void noRedirectLeadsFromHttpsToHttp(Kind kind) {
        String address = proxy.uri("me:s%3Acr%C3%ABt%40").toString();

        assertThatIOException()
                .isThrownBy(() -> get(kind, Optional.of(address), Map.of(), HTTPS.resolve("/down")))
                .withMessageContaining("refused to follow a redirect from https to " + HTTP);
    }

    @ParameterizedTest
    @CsvSource({
        "JDK,403 Forbidden,false", "JDK,404 Not Found,false", "JDK,503 Service Unavailable,true",
        "BLOCKING,403 Forbidden,false", "BLOCKING,404 Not Found,false", "BLOCKING,503 Service Unavailable,true"
    })
    void aTunnelThatIsRefusedMayPassByItselfAsAServersAnswerMay(Kind kind, String status, boolean mayPass) {
        String address = proxy.uri("me:s%3Acr%C3%ABt%40").toString();
        proxy.refuse("release.test:443", status);

        assertThatIOException()
                .isThrownBy(() -> get(kind, Optional.empty(), Map.of("HTTPS_PROXY", address), HTTPS))
                .withMessage("GET https://release.test/x (through the proxy " + shownProxy()
                        + "): the proxy opens no tunnel: status code " + status.substring(0, 3))
                .matches(e -> Retry.isTransient(e) == mayPass);
    }

    @Test
    void aTunnelThatIsRefusedEndsAnUpload() {
        proxy.refuse("release.test:443", "403 Forbidden");
        WebClient client = web(Optional.of(proxy.uri("me:x").toString()), Map.of());

        assertThatIOException()
                .isThrownBy(() -> client.upload(
                        HttpRequest.newBuilder(HTTPS)
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        new Upload(List.of(new Upload.Part.Bytes(new byte[1])), sent -> {}),
                        DEADLINE,
                        DEADLINE))
                .withMessage("PUT https://release.test/x (through the proxy " + shownProxy()
                        + "): the proxy opens no tunnel: status code 403");
    }

    @Test
    void aServersRefusalStaysAnAnswerBehindAProxyWithPassword() {
        WebClient client = web(Optional.of(proxy.uri("me:s%3Acr%C3%ABt%40").toString()), Map.of());

        assertThatExceptionOfType(HttpStatusException.class)
                .isThrownBy(() -> client.getText(HTTPS.resolve("/secret"), Map.of(), DEADLINE))
                .withMessageContaining("status code 401");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aProxyOfTheEnvironmentThatCannotBeUsedFailsTheRequestAndIsNamed(Kind kind) {
        assertThatIOException()
                .isThrownBy(() ->
                        get(kind, Optional.empty(), Map.of("HTTPS_PROXY", "https://me:sec@ret@10.0.0.1:3129"), HTTPS))
                .withMessageStartingWith("GET https://release.test/x: the proxy \"https://…@10.0.0.1:3129\""
                        + " of environment variable HTTPS_PROXY must be an address such as http://10.0.0.1:3128");
    }

    private HttpResponse<String> get(Kind kind, Optional<String> setting, Map<String, String> environment, URI uri)
            throws Exception {
        if (kind == Kind.JDK) {
            return web(setting, environment).send(request(uri), BodyHandlers.ofString(), DEADLINE);
        }
        try (BlockingClient client = clients(environment).streaming(setting, DEADLINE)) {
            return client.send(request(uri), BodyHandlers.ofString(), DEADLINE);
        }
    }

    /** Host and port, nothing of user and password. */
    private String shownProxy() {
        return "127.0.0.1:" + proxy.uri("x").getPort();
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri).build();
    }

    private WebClient web(Optional<String> setting, Map<String, String> environment) {
        WebClient client = clients(environment).proxied(setting);
        clients.add(client);
        return client;
    }

    private HttpClients clients(Map<String, String> environment) {
        return new HttpClients(new OsTrustStore(bundle), environment);
    }
}
