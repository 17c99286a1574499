package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagListIT {
    private static final String PATH = "/v2/cybozu/tool/tags/list";

    @TempDir
    Path dir;

    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private final Retry retry = new Retry(3, Duration.ofMillis(1), Duration.ofMillis(2), pauses::add, new Random(1));
    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, "{\"tags\":[\"1.2.3\"]}"));
    private final WebClient client = new HttpClients().proxied(Optional.empty());
    private final TagList list = new TagList(client, retry);

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void readsTheTagsOfARealRegistryThatWantsAPassword() throws Exception {
        try (LocalRegistry registry = new LocalRegistry(dir)) {
            TestImage image = TestImage.of(false, 100, 1);
            registry.push("cybozu/tool", "1.2.3", image);
            registry.push("cybozu/tool", "1.10.0", image);

            List<String> tags = list.tags(
                    registry.name() + "/cybozu/tool",
                    Optional.of(new RegistryCredential(LocalRegistry.USER, LocalRegistry.PASSWORD)));

            assertThat(tags).containsExactlyInAnyOrder("1.2.3", "1.10.0");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> list.tags(
                            registry.name() + "/nobody/nothing",
                            Optional.of(new RegistryCredential(LocalRegistry.USER, LocalRegistry.PASSWORD))))
                    .withMessageContaining("status code 404")
                    .withMessageContaining("NAME_UNKNOWN");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> list.tags(registry.name() + "/cybozu/tool", Optional.empty()))
                    .withMessageContaining("the registry wants user and password, and none are known");
        }
    }

    @Test
    void followsPagesWithATokenThatItIsSentToFetch() throws Exception {
        server.answer(request -> {
            if (request.uri().startsWith("/token")) {
                return Reply.of(200, "{\"token\":\"t0ken\"}");
            }
            if (!"Bearer t0ken".equals(request.headers().get("Authorization"))) {
                return Reply.of(401, "{}")
                        .with("WWW-Authenticate", "Bearer realm=\"" + server.uri() + "/token\",service=\"r\"");
            }
            return request.uri().contains("last=b")
                    ? Reply.of(200, "{\"name\":\"cybozu/tool\",\"tags\":[\"c\"]}")
                    : Reply.of(200, "{\"name\":\"cybozu/tool\",\"tags\":[\"a\",\"b\"]}")
                            .with("Link", "<" + PATH + "?last=b&n=1000>; rel=\"next\"");
        });

        assertThat(tags()).containsExactly("a", "b", "c");
        assertThat(server.requests())
                .extracting(Request::uri)
                .containsExactly(
                        PATH + "?n=1000",
                        "/token?service=r&scope=repository%3Acybozu%2Ftool%3Apull",
                        PATH + "?n=1000",
                        PATH + "?last=b&n=1000");
    }

    @Test
    void knowsThatARepositoryMayHaveNoTags() throws Exception {
        server.answer(request -> Reply.of(200, "{\"name\":\"cybozu/tool\",\"tags\":null}"));

        assertThat(tags()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401, 1", "403, 1", "404, 1", "429, 3", "500, 3", "503, 3"})
    void tellsWhatTheRegistrySaidAndRepeatsOnlyWhatMayPass(int status, int requests) {
        server.answer(request -> Reply.of(status, "{\"errors\":[{\"code\":\"REASON\"}]}"));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::tags)
                .withMessageStartingWith("cannot list the tags of " + repository() + ": GET " + server.uri() + PATH)
                .withMessageContaining("status code " + status);
        assertThat(server.requests()).hasSize(requests);
    }

    @Test
    void waitsAsLongAsItIsAskedTo() throws Exception {
        server.answer(request -> server.requests().size() == 1
                ? Reply.of(429, "slow down").with("Retry-After", "7")
                : Reply.of(200, "{\"tags\":[\"1.2.3\"]}"));

        assertThat(tags()).containsExactly("1.2.3");
        assertThat(pauses).containsExactly(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{}", "[]", "{\"tags\":{}}", "{\"tags\":[1]}", "{\"tags\":[\"a\""})
    void refusesAnswersThatAreNoListOfTags(String body) {
        server.answer(request -> Reply.of(200, body));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::tags)
                .withMessageStartingWith("cannot list the tags of " + repository() + ": GET " + server.uri() + PATH);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void doesNotFollowPagesToAnotherServer() {
        server.answer(request -> Reply.of(200, "{\"tags\":[\"a\"]}")
                .with("Link", "<http://registry.example.com/v2/x/tags/list>; rel=\"next\""));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::tags)
                .withMessageContaining("\"http://registry.example.com/v2/x/tags/list\", which is not of this registry");
    }

    @Test
    void doesNotFollowPagesForEver() {
        server.answer(
                request -> Reply.of(200, "{\"tags\":[\"a\"]}").with("Link", "<" + PATH + "?n=1000>; rel=\"next\""));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::tags)
                .withMessageContaining("more than 100 pages of tags");
        assertThat(server.requests()).hasSize(100);
    }

    private String repository() {
        return server.uri().getAuthority() + "/cybozu/tool";
    }

    private List<String> tags() throws IOException, InterruptedException {
        return list.tags(repository(), Optional.empty());
    }
}
