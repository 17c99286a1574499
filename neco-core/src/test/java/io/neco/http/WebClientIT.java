package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebClientIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final HttpClients clients =
            new HttpClients(new OsTrustStore(Path.of("/nowhere/ca.crt")), Map.of("http_proxy", "http://127.0.0.1:9"));
    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, "hello"));
    private final TestHttpServer other = new TestHttpServer(request -> Reply.of(200, "other"));

    @AfterEach
    void close() {
        server.close();
        other.close();
    }

    @Test
    void sendsEverythingThroughTheProxyOfTheSettingLocalAddressesToo() throws Exception {
        try (WebClient client = clients.proxied(Optional.of(server.uri().toString()))) {
            assertThat(client.getText(URI.create(other.uri() + "/x"), Map.of(), DEADLINE))
                    .isEqualTo("hello");
        }

        assertThat(server.requests().get(0).uri()).isEqualTo(other.uri() + "/x");
        assertThat(other.requests()).isEmpty();
    }

    /** The JDK has no other way to tell; without it, a connection that a NAT has forgotten would be used for 20 minutes. */
    @Test
    void anIdleConnectionIsUsedNoLongerThanByGosClients() {
        assertThat(System.getProperty("jdk.httpclient.keepalive.timeout")).isEqualTo("90");
    }

    @Test
    void neverUsesAProxyForLocalServices() throws Exception {
        try (WebClient client = clients.local()) {
            assertThat(client.getText(server.uri(), Map.of(), DEADLINE)).isEqualTo("hello");
        }
    }

    @Test
    void showsTheTokenToTheApiButNotWhereItRedirectsTo() throws Exception {
        server.answer(request -> request.uri().equals("/a")
                ? Reply.of(302, "").with("Location", "/b")
                : Reply.of(302, "").with("Location", other.uri() + "/c"));

        try (WebClient client = clients.gitHub(Optional.empty(), Optional.of("t0ken"), server.uri())) {
            assertThat(client.getText(URI.create(server.uri() + "/a"), Map.of(), DEADLINE))
                    .isEqualTo("other");
        }

        assertThat(server.requests())
                .allSatisfy(r -> assertThat(r.headers()).containsEntry("Authorization", "Bearer t0ken"));
        assertThat(server.requests()).hasSize(2);
        assertThat(other.requests().get(0).headers()).doesNotContainKey("Authorization");
    }

    @Test
    void aTokenThatNoHeaderMayHoldIsRefusedWithoutShowingIt() {
        try (WebClient client = clients.gitHub(Optional.empty(), Optional.of("t0ken\nX-Evil: 1"), server.uri())) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> client.getText(server.uri(), Map.of(), DEADLINE))
                    .withMessageContaining("the header Authorization for " + server.uri())
                    .withMessageNotContaining("t0ken")
                    .withNoCause();
        }
    }

    @Test
    void stopsAfterTenRedirects() {
        server.answer(request -> Reply.of(302, "").with("Location", "/again"));

        try (WebClient client = clients.local()) {
            assertThatIOException()
                    .isThrownBy(() -> client.getText(server.uri(), Map.of(), DEADLINE))
                    .withMessageContaining("stopped after 10 redirects");
        }
        assertThat(server.requests()).hasSize(11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1/x", "http:///x", "mailto:a@b"})
    void aRedirectToWhatIsNoWebAddressFails(String location) {
        server.answer(request -> Reply.of(302, "").with("Location", location));

        try (WebClient client = clients.local()) {
            assertThatIOException()
                    .isThrownBy(() -> client.getText(server.uri(), Map.of(), DEADLINE))
                    .withMessageStartingWith("GET " + server.uri() + ": redirected to something that is no ");
        }
    }

    @Test
    void namesRequestStatusAndWhatTheServerSaid() {
        server.answer(request -> Reply.of(503, "try\nlater"));

        try (WebClient client = clients.local()) {
            assertThatExceptionOfType(HttpStatusException.class)
                    .isThrownBy(() -> client.getText(URI.create(server.uri() + "/x?secret=1"), Map.of(), DEADLINE))
                    .withMessage("GET " + server.uri() + "/x: status code 503 is not a success: try later");
        }
    }

    @Test
    void namesServerAndProxyWhenNobodyListens() {
        server.close();

        try (WebClient client = clients.local()) {
            assertThatIOException()
                    .isThrownBy(() -> client.getText(server.uri(), Map.of(), DEADLINE))
                    .withMessage("GET " + server.uri() + ": cannot connect");
        }
        try (WebClient client = clients.proxied(Optional.of(server.uri().toString()))) {
            assertThatIOException()
                    .isThrownBy(() -> client.getText(URI.create("http://example.com/"), Map.of(), DEADLINE))
                    .withMessageContaining(
                            "(through the proxy 127.0.0.1:" + server.uri().getPort() + ")");
        }
    }

    @Test
    void givesUpAtTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        server.answer(request -> {
            never.await();
            return Reply.of(200, "");
        });

        try (WebClient client = clients.local()) {
            assertThatExceptionOfType(HttpTimeoutException.class)
                    .isThrownBy(() -> client.getText(server.uri(), Map.of(), Duration.ofMillis(100)))
                    .withMessageContaining("no answer within 100 ms");
        }
    }

    @Test
    void endsWithAnInterrupt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        server.answer(request -> {
            asked.countDown();
            never.await();
            return Reply.of(200, "");
        });
        AtomicReference<Throwable> end = new AtomicReference<>();

        try (WebClient client = clients.local()) {
            Thread thread = new Thread(() -> {
                try {
                    client.getText(server.uri(), Map.of(), DEADLINE);
                } catch (Exception e) {
                    end.set(e);
                }
            });
            thread.start();
            asked.await();
            thread.interrupt();
            thread.join();
        }

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
}
