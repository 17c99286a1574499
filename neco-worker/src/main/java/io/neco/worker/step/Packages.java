package io.neco.worker.step;

import io.neco.artifact.DebianPackage;
import java.io.IOException;

/** Installs Debian packages on this host. */
@FunctionalInterface
public interface Packages {
    /**
     * Downloads and installs a package. May be called again after a failure.
     *
     * @param settings proxy and token for the release server
     * @param cancellation heeded until dpkg begins
     * @throws IOException when it cannot be had or installed; the message says why
     */
    void install(DebianPackage wanted, Settings settings, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException;
}
