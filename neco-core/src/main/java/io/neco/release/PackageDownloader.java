package io.neco.release;

import io.neco.artifact.DebianPackage;
import io.neco.http.BlockingClient;
import io.neco.http.Download;
import io.neco.http.Downloader;
import io.neco.http.HttpClients;
import io.neco.http.HttpStatusException;
import io.neco.http.LocalFileException;
import io.neco.http.NativeCryptography;
import io.neco.http.Retry;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads Debian packages from their release: streamed to disk, going on where a broken connection left off, size and SHA-256
 * checked when the server gives them.
 *
 * <p>Source: worker/deb.go at 1eec387, which keeps the package in memory and checks nothing.
 */
public final class PackageDownloader {
    private static final Logger log = LoggerFactory.getLogger(PackageDownloader.class);

    private final HttpClients clients;
    private final URI releaseApi;
    private final Clock clock;
    private final Retry retry;

    /**
     * A downloader with the usual {@link #patience}.
     *
     * @param releaseApi base address of the GitHub-compatible API
     */
    public PackageDownloader(HttpClients clients, URI releaseApi, Clock clock) {
        this(clients, releaseApi, clock, patience());
    }

    /**
     * A downloader.
     *
     * @param releaseApi base address of the GitHub-compatible API
     * @param retry how often the server is asked again, for the release and for its file
     */
    public PackageDownloader(HttpClients clients, URI releaseApi, Clock clock, Retry retry) {
        this.clients = clients;
        this.releaseApi = releaseApi;
        this.clock = clock;
        this.retry = retry;
    }

    /** Patience enough for a release server, proxy or name server that is restarted: one to two minutes. */
    public static Retry patience() {
        return new Retry(
                14,
                Duration.ofMillis(500),
                Duration.ofSeconds(15),
                Retry.Pause.interruptible(),
                RandomGenerator.getDefault());
    }

    /** Loads what a download needs, libraries and classes, so that the first one of this process is as fast as the next. Asks no server. */
    public void prepare() {
        NativeCryptography.prefer();
        clients.gitHubStreaming(Optional.empty(), Optional.empty(), releaseApi, Downloader.STALL)
                .close();
        try {
            GitHubReleaseFeed.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Downloads a package.
     *
     * @param wanted the package
     * @param proxy proxy for everything outside; empty: the environment decides
     * @param token shown to the API only; empty: anonymous
     * @param file where to; complete and checked afterwards, or absent
     * @return what was downloaded; the file's digest was checked if it has one
     * @throws IOException when there is no such package, or it cannot be had; the message says why
     */
    public ReleaseAsset fetch(DebianPackage wanted, Optional<String> proxy, Optional<String> token, Path file)
            throws IOException, InterruptedException {
        NativeCryptography.prefer();
        // one client for the question and for the file: each kind of client costs a JVM that has just started a tenth
        // of a second
        try (BlockingClient web = clients.gitHubStreaming(proxy, token, releaseApi, Downloader.STALL)) {
            long begin = System.nanoTime();
            ReleaseAsset asset = find(web, wanted);
            Download download = new Download(URI.create(asset.downloadUrl()), file, asset.size(), asset.sha256());
            long size = receive(web, download);
            log.atInfo()
                    .addKeyValue("url", asset.downloadUrl())
                    .addKeyValue("size", size)
                    .addKeyValue("sha256", asset.sha256().orElse("not told by the server"))
                    .addKeyValue("response_time", (System.nanoTime() - begin) / 1e9)
                    .log("deb: downloaded the package");
            return asset;
        }
    }

    private long receive(BlockingClient web, Download download) throws IOException, InterruptedException {
        try {
            return new Downloader(web, retry).fetch(download);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; " + cure(e.getCause()), e);
        }
    }

    /** What to do about a package that was not received, by what {@link Downloader} gives as the cause. */
    private static String cure(@Nullable Throwable cause) {
        if (cause instanceof WrongContentException) {
            return "`neco retry` downloads it again; if it is the same then, replace it in the release";
        }
        if (cause instanceof LocalFileException || cause instanceof FileSystemException) {
            return "see that there is room and that the directory can be written, then `neco retry`";
        }
        if (cause instanceof HttpStatusException) {
            return "see why the server refuses the file at this address, or upload it again, then `neco retry`";
        }
        return "look at the network, the proxy (`neco config get proxy`) and the server, then `neco retry`";
    }

    private ReleaseAsset find(BlockingClient api, DebianPackage wanted) throws IOException, InterruptedException {
        DebianPackageSource source = new DebianPackageSource(
                releaseApi, deb -> new GitHubReleaseFeed(api, releaseApi, deb.owner(), deb.repository(), clock));
        return retry.call(
                "search for release " + wanted.release(),
                e -> e instanceof ReleaseFeedException failure && failure.mayPass(),
                () -> source.find(wanted));
    }
}
