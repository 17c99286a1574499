package io.neco.release;

import io.neco.artifact.DebianPackage;
import io.neco.host.Site;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Finds the file of a Debian package among the assets of its release; source: worker/deb.go at 1eec387. */
public final class DebianPackageSource {
    private final URI api;
    private final Function<DebianPackage, ReleaseFeed> feeds;

    /**
     * @param api base address of the API that the feeds ask, for messages
     * @param feeds gives the feed of a package's repository
     */
    public DebianPackageSource(URI api, Function<DebianPackage, ReleaseFeed> feeds) {
        this.api = api;
        this.feeds = feeds;
    }

    /**
     * The package's file.
     *
     * @throws ReleaseFeedException when the server gives no answer, or there is no such release, or it has no such file; the message
     *     names repository, release and server, and what to do
     */
    public ReleaseAsset find(DebianPackage wanted) throws ReleaseFeedException, InterruptedException {
        String where = wanted.repository() + "@" + wanted.release();
        String repository = wanted.owner() + "/" + wanted.repository();
        Optional<Release> release = feeds.apply(wanted).byTag(wanted.release());
        if (release.isEmpty()) {
            throw new ReleaseFeedException("no such release: " + where + ": " + api + " knows no such release of "
                    + repository + " (404); publish it, or repair where it is looked for: " + Site.OVERRIDE_FILE
                    + ", for other packages than neco also the artifact set; if the repository is private, `neco config"
                    + " set github-token`");
        }
        List<ReleaseAsset> assets = release.get().assets();
        Pattern name = Pattern.compile(Pattern.quote(wanted.name()) + "_.*\\.deb");
        ReleaseAsset asset = assets.stream()
                .filter(a -> name.matcher(a.name()).matches())
                .findFirst()
                .orElseThrow(() -> new ReleaseFeedException(
                        "debian package not found: " + where + ": that release of " + repository + " at " + api
                                + " has no file " + wanted.name() + "_*.deb, "
                                + (assets.isEmpty()
                                        ? "nor any other"
                                        : "only "
                                                + assets.stream()
                                                        .map(ReleaseAsset::name)
                                                        .toList())
                                + "; add the package to the release"));
        if (asset.downloadUrl().isEmpty()) {
            throw new ReleaseFeedException("asset browser-download-url is empty: " + where + ", file " + asset.name()
                    + " of " + repository + " at " + api + "; upload the file again");
        }
        return asset;
    }
}
