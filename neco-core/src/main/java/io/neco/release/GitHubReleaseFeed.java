package io.neco.release;

import io.neco.host.Site;
import io.neco.http.Sender;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.kohsuke.github.GHAsset;
import org.kohsuke.github.GHException;
import org.kohsuke.github.GHRelease;
import org.kohsuke.github.GHRepository;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubBuilder;
import org.kohsuke.github.GitHubRateLimitHandler;
import org.kohsuke.github.connector.GitHubConnector;

/**
 * The releases of a repository on a GitHub-compatible server; source: github.go and updater/release.go at 1eec387. Keep it for as long
 * as one asks: unchanged answers are then recognised and cost no rate limit.
 */
public final class GitHubReleaseFeed implements ReleaseFeed {
    /** Releases per page of a list. */
    static final int PAGE_SIZE = 100;

    private static final String SOME_REPOSITORY =
            "{\"name\":\"repository\",\"full_name\":\"owner/repository\",\"owner\":{\"login\":\"owner\"}}";
    private static final String SOME_RELEASE =
            "{\"id\":1,\"tag_name\":\"release\",\"draft\":false,\"prerelease\":false,"
                    + "\"assets\":[{\"id\":2,\"name\":\"a.deb\",\"size\":3,\"browser_download_url\":\"https://localhost/a.deb\"}]}";

    private final URI api;
    private final String repository;
    private final FeedConnector connector;

    /**
     * A feed; nothing is asked yet.
     *
     * @param client from {@link io.neco.http.HttpClients#gitHub} or {@code gitHubStreaming}; stays the caller's
     * @param api base address of the API, without a trailing slash
     * @param owner owner of the repository
     * @param repository the repository
     * @param clock tells how long a refusal lasts
     */
    public GitHubReleaseFeed(Sender client, URI api, String owner, String repository, Clock clock) {
        this.api = api;
        this.repository = owner + "/" + repository;
        this.connector = new FeedConnector(client, api, this.repository, clock);
    }

    @Override
    public Optional<Release> latest() throws ReleaseFeedException, InterruptedException {
        return ask("the latest release of " + repository, r -> {
            @Nullable GHRelease found = r.getLatestRelease();
            return found == null ? Optional.empty() : Optional.of(release(found));
        });
    }

    @Override
    public List<Release> all() throws ReleaseFeedException, InterruptedException {
        return ask(
                "the releases of " + repository,
                r -> r.listReleases().withPageSize(PAGE_SIZE).toList().stream()
                        .map(this::release)
                        .toList());
    }

    @Override
    public Optional<Release> byTag(String tag) throws ReleaseFeedException, InterruptedException {
        return ask("release " + tag + " of " + repository, r -> {
            @Nullable GHRelease found = r.getReleaseByTagName(tag);
            return found == null ? Optional.empty() : Optional.of(release(found));
        });
    }

    /**
     * Lets the library learn its types, which it does by reflection, from an answer like those to come: the first real answer costs a tenth
     * of the processor time then. Asks no server.
     */
    @SuppressWarnings("deprecation") // as for release()
    static void prepare() throws IOException {
        GitHubConnector answers = request -> new FeedConnector.Answer(
                request,
                200,
                Map.of(),
                (request.url().getPath().contains("/releases/") ? SOME_RELEASE : SOME_REPOSITORY)
                        .getBytes(StandardCharsets.UTF_8));
        @Nullable
        GHRelease release = new GitHubBuilder()
                .withConnector(answers)
                .build()
                .getRepository("owner/repository")
                .getReleaseByTagName("release");
        if (release == null || release.assets().isEmpty()) {
            throw new IOException("a release with one asset was expected, not " + release);
        }
    }

    private interface Question<T> {
        T ask(GHRepository repository) throws IOException;
    }

    private <T> T ask(String what, Question<T> question) throws ReleaseFeedException, InterruptedException {
        try {
            GitHub gitHub = new GitHubBuilder()
                    .withEndpoint(api.toString())
                    .withConnector(connector)
                    .withRateLimitHandler(GitHubRateLimitHandler.FAIL)
                    .build();
            return question.ask(gitHub.getRepository(repository));
        } catch (IOException | GHException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while asking for " + what);
            }
            throw failure(what, e);
        }
    }

    private ReleaseFeedException failure(String what, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ReleaseFeedException told) {
                String message = "cannot get " + what + ": " + told.getMessage();
                return told.retryAt().isPresent()
                        ? new ReleaseFeedException(message, told, told.retryAt().get())
                        : new ReleaseFeedException(message, told);
            }
            if (cause instanceof java.io.FileNotFoundException) {
                return new ReleaseFeedException(
                        "cannot get " + what + ": " + api
                                + " does not know the repository (404): owner or name is wrong"
                                + " (on a boot server see " + Site.OVERRIDE_FILE
                                + "), or it is private and `neco config"
                                + " set github-token` is missing or has no access",
                        e);
            }
        }
        return new ReleaseFeedException("cannot get " + what + " from " + api + ": " + e.getMessage(), e);
    }

    /** Takes the assets from the answer at hand; the library would rather send one more request for each release. */
    @SuppressWarnings("deprecation")
    private Release release(GHRelease release) {
        @Nullable String tag = release.getTagName();
        return new Release(
                tag == null ? "" : tag,
                release.isDraft(),
                release.isPrerelease(),
                release.assets().stream().map(this::asset).toList());
    }

    private ReleaseAsset asset(GHAsset asset) {
        @Nullable String url = asset.getBrowserDownloadUrl();
        return new ReleaseAsset(
                asset.getName(),
                asset.getSize() > 0 ? OptionalLong.of(asset.getSize()) : OptionalLong.empty(),
                connector.sha256Of(asset.getId()),
                url == null ? "" : url);
    }
}
