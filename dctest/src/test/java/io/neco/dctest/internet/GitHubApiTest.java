package io.neco.dctest.internet;

import static io.neco.dctest.internet.StateFixture.body;
import static io.neco.dctest.internet.StateFixture.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitHubApiTest {
    private static final String HOST = "api.github.com";
    private static final String RELEASES = "/repos/cybozu-go/neco/releases";

    @TempDir
    Path directory;

    private StateFixture state;
    private GitHubApi api;

    @BeforeEach
    void publishThreeReleases() throws IOException {
        state = new StateFixture(directory);
        state.release("release-2022.05.25-1", "2022-05-25T01:00:00Z", false, Map.of("neco.deb", "one"));
        state.release("release-2022.05.26-2", "2022-05-26T01:00:00Z", false, Map.of("neco.deb", "two"));
        state.release("release-2022.05.27-3", "2022-05-27T01:00:00Z", true, Map.of("neco.deb", "three"));
        var clock = Clock.fixed(Instant.parse("2022-06-01T00:00:00Z"), ZoneOffset.UTC);
        api = new GitHubApi(state.store(), state.faults(), clock, "https");
    }

    @Test
    void latestIsTheNewestThatIsNoPrerelease() throws IOException {
        var latest = json(api.answer(get(HOST, RELEASES + "/latest")));

        assertThat(latest.path("tag_name").asText()).isEqualTo("release-2022.05.26-2");
        assertThat(latest.path("prerelease").asBoolean(true)).isFalse();
    }

    @Test
    void tellsNameSizeDigestAndAddressOfAnAsset() throws IOException {
        var asset = json(api.answer(get(HOST, RELEASES + "/tags/release-2022.05.25-1")))
                .path("assets")
                .path(0);

        assertThat(asset.path("name").asText()).isEqualTo("neco.deb");
        assertThat(asset.path("size").asLong()).isEqualTo(3);
        assertThat(asset.path("digest").asText())
                .isEqualTo("sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed");
        assertThat(asset.path("browser_download_url").asText())
                .isEqualTo("https://github.com/cybozu-go/neco/releases/download/release-2022.05.25-1/neco.deb");
    }

    @Test
    void listsNewestFirstAndLinksToTheNextPage() throws IOException {
        var first = api.answer(get(HOST, RELEASES + "?per_page=2"));
        var second = api.answer(get(HOST, RELEASES + "?per_page=2&page=2"));

        assertThat(json(first).findValuesAsText("tag_name"))
                .containsExactly("release-2022.05.27-3", "release-2022.05.26-2");
        assertThat(first.headers().get("Link"))
                .contains("page=2>; rel=\"next\"")
                .contains("page=2>; rel=\"last\"");
        assertThat(json(second).findValuesAsText("tag_name")).containsExactly("release-2022.05.25-1");
        assertThat(second.headers().get("Link")).contains("rel=\"prev\"").doesNotContain("rel=\"next\"");
    }

    @Test
    void answersTheAddressesInItsOwnLinks() throws IOException {
        var link = requireNonNull(
                api.answer(get(HOST, RELEASES + "?per_page=2")).headers().get("Link"));
        var next = link.substring(link.indexOf("https://api.github.com") + 22, link.indexOf('>'));

        assertThat(json(api.answer(get(HOST, next))).findValuesAsText("tag_name"))
                .containsExactly("release-2022.05.25-1");
    }

    @Test
    void saysNotModifiedWithoutCountingTheRequest() throws IOException {
        var first = api.answer(get(HOST, RELEASES + "/latest"));
        var tag = requireNonNull(first.headers().get("ETag"));

        var again = api.answer(get(HOST, RELEASES + "/latest", "If-None-Match", tag));

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.headers())
                .containsEntry("X-RateLimit-Remaining", "4999")
                .containsEntry("ETag", tag);
    }

    @Test
    void offersAnotherTagOnceAReleaseIsPublished() throws IOException {
        var tag = requireNonNull(
                api.answer(get(HOST, RELEASES + "/latest")).headers().get("ETag"));
        state.release("release-2022.05.28-4", "2022-05-28T01:00:00Z", false, Map.of());

        var reply = api.answer(get(HOST, RELEASES + "/latest", "If-None-Match", tag));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).path("tag_name").asText()).isEqualTo("release-2022.05.28-4");
    }

    @Test
    void refusesClientsThatHaveUsedTheirRequestsUp() throws IOException {
        state.fault("api=rate-limit:1");
        var first = api.answer(get(HOST, RELEASES + "/latest"));
        var second = api.answer(get(HOST, RELEASES + "/latest"));

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(403);
        assertThat(second.headers())
                .containsEntry("X-RateLimit-Remaining", "0")
                .containsEntry("X-RateLimit-Reset", "1654045200");
        assertThat(json(second).path("message").asText()).contains("rate limit exceeded");
    }

    @Test
    void refusesRequestsWithoutUserAgent() throws IOException {
        assertThat(api.answer(get(HOST, RELEASES, "User-Agent", "")).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"unauthorized,401", "forbidden,403", "not-found,404", "server-error,500", "no-such-fault,500"})
    void failsAsAskedFor(String mode, int status) throws IOException {
        state.fault("api=" + mode);

        var reply = api.answer(get(HOST, RELEASES + "/latest"));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(json(reply).path("message").asText()).isNotEmpty();
    }

    @Test
    void leavesAssetsOutWhenAskedTo() throws IOException {
        state.fault("api=no-assets");

        assertThat(json(api.answer(get(HOST, RELEASES + "/latest"))).path("assets"))
                .isEmpty();
    }

    @Test
    void doesNotKnowOtherRepositoriesAndTags() throws IOException {
        assertThat(api.answer(get(HOST, "/repos/nobody/nothing/releases")).status())
                .isEqualTo(404);
        assertThat(api.answer(get(HOST, RELEASES + "/tags/release-1")).status()).isEqualTo(404);
        assertThat(api.answer(get(HOST, "/repos/cybozu-go/..%2F/releases")).status())
                .isEqualTo(404);
    }

    private static JsonNode json(Reply reply) throws IOException {
        return new ObjectMapper().readTree(body(reply));
    }
}
