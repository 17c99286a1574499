package io.neco.release;

import java.util.List;
import java.util.Optional;

/** The releases of one repository. All calls throw {@link ReleaseFeedException} when there is no usable answer. */
public interface ReleaseFeed {

    /** The release the server calls latest: neither draft nor pre-release; empty when there is none. */
    Optional<Release> latest() throws ReleaseFeedException, InterruptedException;

    /** All releases, in the server's order. */
    List<Release> all() throws ReleaseFeedException, InterruptedException;

    /** The published release with this tag. */
    Optional<Release> byTag(String tag) throws ReleaseFeedException, InterruptedException;
}
