package io.neco.updater;

import io.neco.host.HostRoot;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.release.GitHubReleaseFeed;
import io.neco.release.Release;
import io.neco.release.ReleaseFeed;
import io.neco.release.ReleaseFeedException;
import io.neco.release.ReleaseTag;
import io.neco.release.ReleaseVersion;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each environment is offered; source: updater/release_checker.go at 1eec387.
 *
 * <p>The GitHub library and the HTTP stack are loaded when a check first needs them, and kept until proxy, token or site change, so that
 * unchanged answers cost no rate limit.
 */
final class EnvironmentReleases implements ReleaseSource {
    private static final Logger log = LoggerFactory.getLogger(EnvironmentReleases.class);
    /** Offered in environment {@code test}: newer than anything. */
    private static final Offer TEST = new Offer("9999.12.31-99999", "a constant of environment test", "report it");

    private static final String TAG_PREFIX = "release-";
    private static final String NO_LATEST =
            "the release server knows no latest release (404); either none has been published yet, or owner or name of the repository is"
                    + " wrong, or it is private and `neco config set github-token` is missing or has no access";
    private static final String FORM = "tag it release-YYYY.MM.DD-NUMBER";
    private static final String NO_TAGGED = "the repository has no release tagged release-YYYY.MM.DD-NUMBER yet";

    private record Key(Site site, Optional<String> proxy, Optional<String> token) {}

    private record Open(Key key, WebClient client, ReleaseFeed feed) {}

    private record Absence(Key key, String reason) {}

    private final HostRoot root;
    private final Clock clock;
    private volatile @Nullable Open open;
    /** Why there was no release the last time; null: there was one. */
    private volatile @Nullable Absence absence;

    /** @param root where site.yml is looked for */
    EnvironmentReleases(HostRoot root, Clock clock) {
        this.root = root;
        this.clock = clock;
    }

    @Override
    public Optional<Offer> newest(Settings settings) throws ReleaseFeedException, InterruptedException {
        return switch (settings.environment()) {
            case "none" -> Optional.empty();
            case "test" -> Optional.of(TEST);
            case "staging" -> staging(settings);
            case "prod" -> prod(settings);
            default ->
                throw new IllegalArgumentException("unknown env: " + settings.environment()
                        + " (config/env must be test, staging or prod; set it with `neco config set env`)");
        };
    }

    private Optional<Offer> prod(Settings settings) throws ReleaseFeedException, InterruptedException {
        Site site = site();
        Optional<Release> latest;
        try {
            latest = feed(site, settings).latest();
        } catch (ReleaseFeedException e) {
            warn("failed to get the latest GitHub release", site, e);
            throw e;
        }
        if (latest.isPresent() && latest.get().tag().isEmpty()) {
            log.atError()
                    .addKeyValue("owner", site.releaseOwner())
                    .addKeyValue("repository", site.releaseRepository())
                    .log("no tagged release");
            throw new ReleaseFeedException("no tagged release");
        }
        Optional<Offer> offer = latest.map(release -> offer(
                "the latest release",
                release.tag(),
                site,
                "for prod " + FORM + ", or mark another release as the latest"));
        return told(offer, NO_LATEST, site, settings);
    }

    private Optional<Offer> staging(Settings settings) throws ReleaseFeedException, InterruptedException {
        Site site = site();
        try {
            Optional<Offer> offer = newestOf(feed(site, settings).all())
                    .map(tag -> offer("the highest release", tag, site, "for staging " + FORM + ", or delete it"));
            return told(offer, NO_TAGGED, site, settings);
        } catch (ReleaseFeedException e) {
            warn("failed to list GitHub releases", site, e);
            throw e;
        }
    }

    private static Offer offer(String what, String tag, Site site, String cure) {
        String origin = what + " of " + site.releaseOwner() + "/" + site.releaseRepository() + " at "
                + site.releaseApi() + " is tagged " + tag;
        return new Offer(ReleaseTag.withoutPrefix(tag), origin, cure);
    }

    /** The tag of the highest version among what is published as a release, pre-releases included. */
    static Optional<String> newestOf(List<Release> releases) {
        return releases.stream()
                .filter(release -> !release.isDraft() && release.tag().startsWith(TAG_PREFIX))
                .map(release -> ReleaseTag.withoutPrefix(release.tag()))
                .flatMap(text -> version(text).stream())
                .max(Comparator.naturalOrder())
                .map(version -> TAG_PREFIX + version.text());
    }

    private static Optional<ReleaseVersion> version(String text) {
        try {
            return Optional.of(ReleaseVersion.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Warns once of each reason for which there is no release: who waits for one should see in the log why it does not come. */
    private Optional<Offer> told(Optional<Offer> newest, String reason, Site site, Settings settings) {
        Absence now = newest.isPresent() ? null : new Absence(key(site, settings), reason);
        if (now != null && !now.equals(absence)) {
            log.atWarn()
                    .addKeyValue("api", site.releaseApi())
                    .addKeyValue("owner", site.releaseOwner())
                    .addKeyValue("repository", site.releaseRepository())
                    .log(reason);
        }
        absence = now;
        return newest;
    }

    private static void warn(String message, Site site, ReleaseFeedException e) {
        log.atWarn()
                .addKeyValue("owner", site.releaseOwner())
                .addKeyValue("repository", site.releaseRepository())
                .addKeyValue("error", e)
                .log(message);
    }

    private Site site() {
        try {
            return Site.load(root);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Key key(Site site, Settings settings) {
        return new Key(site, settings.proxy(), settings.gitHubToken());
    }

    private ReleaseFeed feed(Site site, Settings settings) {
        Key key = key(site, settings);
        Open current = open;
        if (current == null || !current.key.equals(key)) {
            close();
            WebClient client = new HttpClients().gitHub(settings.proxy(), settings.gitHubToken(), site.releaseApi());
            current = new Open(
                    key,
                    client,
                    new GitHubReleaseFeed(
                            client, site.releaseApi(), site.releaseOwner(), site.releaseRepository(), clock));
            open = current;
        }
        return current.feed;
    }

    @Override
    public void close() {
        Open last = open;
        open = null;
        if (last != null) {
            last.client.close();
        }
    }
}
