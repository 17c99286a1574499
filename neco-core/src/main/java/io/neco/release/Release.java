package io.neco.release;

import java.util.List;

/**
 * A release.
 *
 * @param tag its tag; empty text when the server gives none
 * @param isDraft whether it is not published yet
 * @param isPreRelease whether it is offered to staging only
 * @param assets the files it carries
 */
public record Release(String tag, boolean isDraft, boolean isPreRelease, List<ReleaseAsset> assets) {
    /** Copies the list. */
    public Release {
        assets = List.copyOf(assets);
    }
}
