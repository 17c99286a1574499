package io.neco.updater;

import io.neco.release.ReleaseFeedException;
import java.util.Optional;

/** Where the newest release is looked up. */
interface ReleaseSource extends AutoCloseable {

    /**
     * The newest version offered to the environment; empty when none is.
     *
     * @throws ReleaseFeedException when the release server gives no usable answer
     * @throws IllegalArgumentException when a setting cannot be used
     */
    Optional<Offer> newest(Settings settings) throws ReleaseFeedException, InterruptedException;

    @Override
    void close();
}
