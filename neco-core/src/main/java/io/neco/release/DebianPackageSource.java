package io.neco.release;

import io.neco.artifact.DebianPackage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Finds the file of a Debian package among the assets of its release; source: worker/deb.go at 1eec387. */
public final class DebianPackageSource {
    private final Function<DebianPackage, ReleaseFeed> feeds;

    /** @param feeds gives the feed of a package's repository */
    public DebianPackageSource(Function<DebianPackage, ReleaseFeed> feeds) {
        this.feeds = feeds;
    }

    /**
     * The package's file.
     *
     * @throws ReleaseFeedException when the server gives no answer, or there is no such release, or it has no such file; the message
     *     names repository and release
     */
    public ReleaseAsset find(DebianPackage wanted) throws ReleaseFeedException, InterruptedException {
        String where = wanted.repository() + "@" + wanted.release();
        Optional<Release> release = feeds.apply(wanted).byTag(wanted.release());
        if (release.isEmpty()) {
            throw new ReleaseFeedException("no such release: " + where);
        }
        List<ReleaseAsset> assets = release.get().assets();
        Pattern name = Pattern.compile(Pattern.quote(wanted.name()) + "_.*\\.deb");
        ReleaseAsset asset = assets.stream()
                .filter(a -> name.matcher(a.name()).matches())
                .findFirst()
                .orElseThrow(() -> new ReleaseFeedException(
                        "debian package not found: " + where + " has no file " + wanted.name() + "_*.deb, only "
                                + assets.stream().map(ReleaseAsset::name).toList()));
        if (asset.downloadUrl().isEmpty()) {
            throw new ReleaseFeedException("asset browser-download-url is empty: " + where + ", file " + asset.name());
        }
        return asset;
    }
}
