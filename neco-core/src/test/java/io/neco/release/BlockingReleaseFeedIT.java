package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.http.HttpClients;
import io.neco.http.Sender;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is true of a feed is true of one that is asked over blocking sockets. */
class BlockingReleaseFeedIT extends GitHubReleaseFeedIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Override
    Sender client(URI api) {
        return new HttpClients().gitHubStreaming(Optional.empty(), Optional.of("t0ken"), api, LIMIT);
    }

    @Override
    String refused() {
        return "Connect to " + serverUri() + " failed: Connection refused";
    }

    @Test
    void anAnswerThatComesInManyPiecesIsWhole() throws Exception {
        String text = "0123456789".repeat(50_000);
        try (TestHttpServer api = new TestHttpServer(request -> Reply.of(200, text));
                var client = new HttpClients().gitHubStreaming(Optional.empty(), Optional.empty(), api.uri(), LIMIT)) {
            var answer = client.send(HttpRequest.newBuilder(api.uri()).build(), BodyHandlers.ofString(), LIMIT);

            assertThat(answer.body()).isEqualTo(text);
        }
    }

    @Test
    void theTokenIsNotShownWhereADownloadIsRedirectedTo() throws Exception {
        try (TestHttpServer objects = new TestHttpServer(request -> Reply.of(200, "file"));
                TestHttpServer api =
                        new TestHttpServer(request -> Reply.of(302, "").with("Location", objects.uri() + "/file"));
                var client =
                        new HttpClients().gitHubStreaming(Optional.empty(), Optional.of("t0ken"), api.uri(), LIMIT)) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(api.uri() + "/asset")).build(), BodyHandlers.ofString(), LIMIT);

            assertThat(answer.body()).isEqualTo("file");
            assertThat(api.requests().get(0).headers()).containsEntry("Authorization", "Bearer t0ken");
            assertThat(objects.requests().get(0).headers()).doesNotContainKey("Authorization");
        }
    }
}
