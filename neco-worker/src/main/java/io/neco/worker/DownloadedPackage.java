package io.neco.worker;

import io.neco.host.Dpkg;
import io.neco.http.WebClient;
import io.neco.release.ReleaseAsset;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A package that was downloaded and is not trusted yet.
 *
 * @param file where it is
 * @param asset what it is in its release
 */
record DownloadedPackage(Path file, ReleaseAsset asset) {

    /**
     * Looks into it; what must not be installed is removed.
     *
     * @param name the package it must be
     * @param version the version it must have; empty: any
     * @throws IOException when it is damaged, or another package or version; the message tells what it is and where it came from
     */
    void check(Dpkg dpkg, String name, Optional<String> version) throws IOException, InterruptedException {
        try {
            dpkg.check(file, name, version, asset.sha256().isPresent());
        } catch (IOException e) {
            // nobody should take it for a good one, and it may be what fills the disk
            Files.deleteIfExists(file);
            throw new IOException(
                    e.getMessage() + "; it came from " + WebClient.shown(URI.create(asset.downloadUrl()))
                            + " and was removed: `neco retry` downloads it again; if it is the same then, replace it in"
                            + " the release",
                    e);
        }
    }
}
