package io.neco.tools.artifacts;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.artifact.DebianPackage;
import io.neco.artifact.OsImage;
import io.neco.container.TagList;
import io.neco.http.HttpStatusException;
import io.neco.http.Retry;
import io.neco.http.ShortBody;
import io.neco.http.WebClient;
import io.neco.http.WrongContentException;
import io.neco.release.GitHubReleaseFeed;
import io.neco.release.Release;
import io.neco.release.ReleaseFeed;
import io.neco.release.ReleaseFeedException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks registries, the release server and the operating system's feed for the newest versions of a set's artifacts. Source:
 * generator/generate.go at 1eec387.
 */
final class UpstreamVersions {
    private static final int LONGEST_FEED = 16 << 20;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final WebClient client;
    private final WebClient gitHub;
    private final URI gitHubApi;
    private final String osFeed;
    private final Retry retry;

    /**
     * Nothing is asked yet.
     *
     * @param client for registries and the feed; stays the caller's
     * @param gitHub from {@link io.neco.http.HttpClients#gitHub}; stays the caller's
     * @param gitHubApi base address of the release server's API, without a trailing slash
     * @param osFeed address of the feed of operating system releases, {@code CHANNEL} in it standing for the channel
     * @param retry how failures that may pass are met
     */
    UpstreamVersions(WebClient client, WebClient gitHub, URI gitHubApi, String osFeed, Retry retry) {
        this.client = client;
        this.gitHub = gitHub;
        this.gitHubApi = gitHubApi;
        this.osFeed = osFeed;
        this.retry = retry;
    }

    /**
     * The set with the newest versions of its artifacts; names, repositories, order and channel stay.
     *
     * @param keepsMajors whether images keep to the major versions they have in {@code current}
     * @throws IOException when a server refuses, cannot be reached or answers with something else; the message names it
     * @throws IllegalArgumentException when there is no version to choose; the message names the artifact
     */
    ArtifactSet newest(ArtifactSet current, IgnoredVersions ignored, boolean keepsMajors)
            throws IOException, InterruptedException {
        List<ContainerImage> images = new ArrayList<>();
        for (ContainerImage image : current.images()) {
            Optional<BigInteger> major = keepsMajors ? Optional.of(majorOf(image)) : Optional.empty();
            List<String> tags = new TagList(client, retry).tags(image.repository(), Optional.empty());
            String tag = new NewestVersion(ignored.ofImage(image.repository()), major)
                    .ofTags("image " + image.repository(), tags);
            images.add(new ContainerImage(image.name(), image.repository(), tag, image.isPrivate()));
        }
        List<DebianPackage> debs = new ArrayList<>();
        for (DebianPackage deb : current.debs()) {
            String release = newestRelease(deb, ignored.ofDeb(deb.name()));
            debs.add(new DebianPackage(deb.name(), deb.owner(), deb.repository(), release));
        }
        String channel = current.osImage().channel();
        String version = new NewestVersion(ignored.ofOsImage(channel), Optional.empty())
                .ofOsVersions("operating system, channel " + channel, osVersions(channel));
        return new ArtifactSet(images, debs, new OsImage(channel, version));
    }

    private static BigInteger majorOf(ContainerImage image) {
        return Version.parse(image.tag())
                .map(Version::major)
                .orElseThrow(() -> new IllegalArgumentException("the tag \"" + image.tag() + "\" of image "
                        + image.name() + " in the current set is no version, so that its major version is not known"));
    }

    /** The first published release in the server's order, which is newest first. */
    private String newestRelease(DebianPackage deb, Set<String> ignored) throws IOException, InterruptedException {
        ReleaseFeed feed = new GitHubReleaseFeed(gitHub, gitHubApi, deb.owner(), deb.repository(), Clock.systemUTC());
        List<Release> releases;
        try {
            releases =
                    retry.call("request for the releases of " + deb.repository(), UpstreamVersions::mayPass, feed::all);
        } catch (ReleaseFeedException e) {
            // the updater's hints are about a setting of the cluster, which is not there
            throw new IOException(
                    "deb " + deb.name() + ": "
                            + String.valueOf(e.getMessage()).replace("`neco config set github-token`", "GITHUB_TOKEN"),
                    e);
        }
        return releases.stream()
                .filter(release -> !release.isDraft() && !release.isPreRelease())
                .map(Release::tag)
                .filter(tag -> !tag.isEmpty() && !ignored.contains(tag))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("deb " + deb.name() + ": no version to choose among "
                        + releases.size() + " releases of " + deb.owner() + "/" + deb.repository()
                        + new NewestVersion(ignored, Optional.empty()).conditions()));
    }

    /** Network trouble; what the server said for good is the feed's own exception without a cause of that kind. */
    private static boolean mayPass(IOException error) {
        return error instanceof ReleaseFeedException feed
                && feed.retryAt().isEmpty()
                && (isCausedByNetwork(feed) || String.valueOf(feed.getMessage()).matches("(?s).*: status 5\\d\\d.*"));
    }

    private static boolean isCausedByNetwork(ReleaseFeedException error) {
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof java.net.ConnectException || cause instanceof java.net.http.HttpTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private List<String> osVersions(String channel) throws IOException, InterruptedException {
        URI address = URI.create(osFeed.replace("CHANNEL", channel));
        byte[] body = retry.call("request for " + WebClient.shown(address), Retry::isTransient, () -> {
            HttpResponse<byte[]> answer =
                    client.send(HttpRequest.newBuilder(address).build(), ShortBody.of(LONGEST_FEED), DEADLINE);
            if (answer.statusCode() != 200) {
                throw new HttpStatusException(answer, new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        });
        JsonNode feed;
        try {
            feed = new ObjectMapper().readTree(body);
        } catch (JacksonException e) {
            throw new WrongContentException("GET " + WebClient.shown(address) + ": the feed is not JSON");
        }
        if (!feed.isObject()) {
            throw new WrongContentException(
                    "GET " + WebClient.shown(address) + ": the feed is not a JSON object with versions as keys");
        }
        List<String> versions = new ArrayList<>();
        feed.fieldNames().forEachRemaining(key -> {
            // repeats one of the others
            if (!key.equals("current")) {
                versions.add(key);
            }
        });
        return versions;
    }
}
