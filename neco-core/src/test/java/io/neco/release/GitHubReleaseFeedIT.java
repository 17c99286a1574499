package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.neco.http.HttpClients;
import io.neco.http.Sender;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GitHubReleaseFeedIT {
    private static final Instant NOW = Instant.parse("2026-11-24T16:00:00Z");
    private static final String DIGEST = "ab".repeat(32);
    private static final String RELEASE = """
            {"url":"https://api.github.com/repos/cybozu-go/neco/releases/1","id":1,"tag_name":"release-2022.05.26-2",\
            "target_commitish":"main","name":"x","draft":false,"prerelease":false,"created_at":"2022-05-26T00:00:00Z",\
            "published_at":"2022-05-26T00:00:00Z","unknown":{"id":9,"digest":"sha256:nonsense"},"assets":[\
            {"url":"u","id":77,"name":"neco_2022.05.26-2_amd64.deb","label":"","state":"uploaded","size":1234,\
            "digest":"sha256:%s","browser_download_url":"https://github.com/x/neco_2022.05.26-2_amd64.deb"},\
            {"url":"u","id":78,"name":"old.txt","state":"uploaded","size":5,"browser_download_url":"https://github.com/x/old.txt"}],\
            "body":"notes"}""".formatted(DIGEST);

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, RELEASE));
    private final Sender client = client(server.uri());
    private final ReleaseFeed feed =
            new GitHubReleaseFeed(client, server.uri(), "cybozu-go", "neco", Clock.fixed(NOW, ZoneOffset.UTC));

    URI serverUri() {
        return server.uri();
    }

    /** A client that shows {@code t0ken} to the API. */
    Sender client(URI api) {
        return new HttpClients().gitHub(Optional.empty(), Optional.of("t0ken"), api);
    }

    @AfterEach
    void close() throws Exception {
        ((AutoCloseable) client).close();
        server.close();
    }

    @Test
    void asksForTheLatestReleaseAsTheReferenceDoes() throws Exception {
        Optional<Release> latest = feed.latest();

        assertThat(latest)
                .contains(new Release(
                        "release-2022.05.26-2",
                        false,
                        false,
                        List.of(
                                new ReleaseAsset(
                                        "neco_2022.05.26-2_amd64.deb",
                                        OptionalLong.of(1234),
                                        Optional.of(DIGEST),
                                        "https://github.com/x/neco_2022.05.26-2_amd64.deb"),
                                new ReleaseAsset(
                                        "old.txt",
                                        OptionalLong.of(5),
                                        Optional.empty(),
                                        "https://github.com/x/old.txt"))));
        assertThat(server.requests()).hasSize(1);
        Request request = server.requests().get(0);
        assertThat(request.uri()).isEqualTo("/repos/cybozu-go/neco/releases/latest");
        assertThat(request.headers())
                .containsEntry("User-Agent", "github.com/cybozu-go/neco")
                .containsEntry("Accept", "application/vnd.github.v3+json")
                .doesNotContainKey("X-GitHub-Api-Version")
                .containsEntry("Authorization", "Bearer t0ken");
    }

    @Test
    void asksConditionallyAndTakesTheKnownAnswerWhenNothingChanged() throws Exception {
        server.answer(request -> "\"e1\"".equals(request.headers().get("If-None-Match"))
                ? Reply.of(304, "")
                : Reply.of(200, RELEASE).with("ETag", "\"e1\""));

        Optional<Release> first = feed.latest();
        Optional<Release> second = feed.latest();

        assertThat(second).isEqualTo(first);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(1).headers()).containsEntry("If-None-Match", "\"e1\"");
    }

    /** Also of a server that knows itself by another name, as behind a proxy. */
    @Test
    void asksForThePagesOfAListAsTheReferenceDoesWhereverTheLinksPoint() throws Exception {
        server.answer(
                request -> request.uri().contains("page=2")
                        ? Reply.of(200, "[" + RELEASE.replace("05.26-2", "05.25-1") + "]")
                                .with(
                                        "Link",
                                        "<http://nowhere.invalid/repositories/7/releases?per_page=100&page=1>; rel=\"prev\"")
                        : Reply.of(200, "[" + RELEASE + "]")
                                .with(
                                        "Link",
                                        "<http://nowhere.invalid/repositories/7/releases?per_page=100&page=2>; rel=\"next\","
                                                + " <http://nowhere.invalid/repositories/7/releases?per_page=100&page=2>; rel=\"last\""));

        List<Release> all = feed.all();

        assertThat(all).extracting(Release::tag).containsExactly("release-2022.05.26-2", "release-2022.05.25-1");
        assertThat(server.requests())
                .extracting(Request::uri)
                .containsExactly(
                        "/repos/cybozu-go/neco/releases?per_page=100",
                        "/repos/cybozu-go/neco/releases?page=2&per_page=100");
        assertThat(server.requests())
                .allSatisfy(request -> assertThat(request.headers())
                        .containsEntry("Authorization", "Bearer t0ken")
                        .containsEntry("Accept", "application/vnd.github.v3+json"));
    }

    @Test
    void findsAReleaseByItsTag() throws Exception {
        assertThat(feed.byTag("release-2022.05.26-2")).isPresent();
        assertThat(server.requests().get(0).uri())
                .isEqualTo("/repos/cybozu-go/neco/releases/tags/release-2022.05.26-2");
    }

    @Test
    void knowsThatThereIsNone() throws Exception {
        server.answer(request -> Reply.of(404, "{\"message\":\"Not Found\"}").with("ETag", "\"e\""));

        assertThat(feed.latest()).isEmpty();
        assertThat(feed.byTag("release-1")).isEmpty();
        assertThat(server.requests()).hasSize(2);
        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::all)
                .withMessage("cannot get the releases of cybozu-go/neco: " + server.uri()
                        + " does not know the repository (404): owner or name is wrong (on a boot server see"
                        + " /etc/neco/site.yml), or it is private and `neco config set github-token` is missing or has no"
                        + " access");
    }

    @Test
    void tellsWhenTheRateLimitEnds() {
        server.answer(request -> Reply.of(403, "{\"message\":\"API rate limit exceeded\"}")
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Limit", "60")
                .with("X-RateLimit-Reset", Long.toString(NOW.plusSeconds(600).getEpochSecond())));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::latest)
                .withMessage("cannot get the latest release of cybozu-go/neco: GET " + server.uri()
                        + "/repos/cybozu-go/neco/releases/latest: status 403, the rate limit of 127.0.0.1 is used up"
                        + " until 2026-11-24T16:10:00Z; a token (`neco config set github-token`) raises it")
                .satisfies(e -> assertThat(e.retryAt()).contains(NOW.plusSeconds(600)));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void obeysRetryAfter() {
        server.answer(request -> Reply.of(429, "slow down").with("Retry-After", "30"));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::all)
                .satisfies(e -> assertThat(e.retryAt()).contains(NOW.plusSeconds(30)));
    }

    @Test
    void tellsWhatABrokenServerSaid() {
        server.answer(request -> Reply.of(500, "oops"));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::latest)
                .withMessage("cannot get the latest release of cybozu-go/neco: GET " + server.uri()
                        + "/repos/cybozu-go/neco/releases/latest: status 500: oops")
                .satisfies(e -> assertThat(e.retryAt()).isEmpty());
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void asksAboutTheTokenWhenItIsRefused() {
        server.answer(request -> Reply.of(401, "{\"message\":\"Bad credentials\"}"));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::latest)
                .withMessageContaining("is the token of `neco config set github-token` still valid?")
                .withMessageNotContaining("t0ken");
    }

    @Test
    void saysWhatToLookAtWhenAccessIsRefused() {
        server.answer(request -> Reply.of(403, "{\"message\":\"Resource not accessible\"}"));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::latest)
                .withMessageEndingWith(
                        "releases/latest: status 403: {\"message\":\"Resource not accessible\"}; has the token of"
                                + " `neco config set github-token` access to the repository, and do proxy and server allow this address?")
                .satisfies(e -> assertThat(e.retryAt()).isEmpty());
    }

    @Test
    void saysThatAnAnswerIsNotJson() {
        server.answer(request -> Reply.of(200, "<html>"));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::latest)
                .withMessageContaining("sent something that is not JSON");
    }

    @Test
    void saysThatNobodyAnswers() {
        server.close();

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(feed::latest)
                .withMessage("cannot get the latest release of cybozu-go/neco: GET " + server.uri()
                        + "/repos/cybozu-go/neco/releases/latest: " + refused());
    }

    /** How it is told that nobody listens. */
    String refused() {
        return "cannot connect";
    }
}
