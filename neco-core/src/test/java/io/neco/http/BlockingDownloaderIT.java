package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is true of downloads is true of those over blocking sockets. */
class BlockingDownloaderIT extends DownloaderIT {
    private static final Duration STALL = Duration.ofSeconds(10);
    private static final Retry ONCE =
            new Retry(1, Duration.ofMillis(1), Duration.ofMillis(1), pause -> {}, new Random(1));

    @Override
    Sender client() {
        return new HttpClients(new OsTrustStore(), Map.of()).streaming(Optional.empty(), STALL);
    }

    @Test
    void goesThroughTheProxyOfTheSetting() throws Exception {
        try (TestHttpServer proxy = new TestHttpServer(request -> Reply.of(200, "by proxy"));
                BlockingClient client = new HttpClients(new OsTrustStore(), Map.of())
                        .streaming(Optional.of(proxy.uri().toString()), STALL)) {
            new Downloader(client, ONCE).fetch(Download.of(URI.create("http://192.0.2.1/x"), target()));

            assertThat(proxy.requests().get(0).uri()).isEqualTo("http://192.0.2.1/x");
        }
        assertThat(Files.readString(target())).isEqualTo("by proxy");
    }

    @Test
    void showsThePasswordToTheProxyThatAsksForIt() throws Exception {
        try (TestHttpServer proxy =
                        new TestHttpServer(request -> request.headers().containsKey("Proxy-authorization")
                                ? Reply.of(200, "let in")
                                : Reply.of(407, "").with("Proxy-Authenticate", "Basic realm=\"p\""));
                BlockingClient client = new HttpClients(new OsTrustStore(), Map.of())
                        .streaming(
                                Optional.of(proxy.uri().toString().replace("http://", "http://me:secret@")), STALL)) {
            new Downloader(client, ONCE).fetch(Download.of(URI.create("http://192.0.2.1/x"), target()));
        }
        assertThat(Files.readString(target())).isEqualTo("let in");
    }

    @Test
    void followsRedirectsAndSaysWhenThereAreTooMany() throws Exception {
        try (TestHttpServer server = new TestHttpServer(request -> request.uri().equals("/round")
                        ? Reply.of(302, "").with("Location", "/round")
                        : request.uri().equals("/a") ? Reply.of(302, "").with("Location", "/b") : Reply.of(200, "b"));
                BlockingClient client =
                        new HttpClients(new OsTrustStore(), Map.of()).streaming(Optional.empty(), STALL)) {
            Downloader downloader = new Downloader(client, ONCE);

            downloader.fetch(Download.of(URI.create(server.uri() + "/a"), target()));

            assertThat(Files.readString(target())).isEqualTo("b");
            assertThatIOException()
                    .isThrownBy(() -> downloader.fetch(Download.of(URI.create(server.uri() + "/round"), target())))
                    .withMessageContaining("stopped after 10 redirects");
        }
    }
}
