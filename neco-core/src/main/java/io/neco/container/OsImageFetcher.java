package io.neco.container;

import io.neco.artifact.OsImage;
import io.neco.http.Download;
import io.neco.http.Downloader;
import io.neco.http.HttpStatusException;
import io.neco.http.LocalFileException;
import io.neco.http.Retry;
import io.neco.http.Sender;
import io.neco.http.WebClient;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Fetches kernel and initial RAM disk of the operating system that nodes boot, to disk and in constant memory. Status and length are
 * checked and a broken connection goes on where it broke, unlike in the reference (worker/sabakan.go at 1eec387), which takes an error
 * page for a kernel.
 */
public final class OsImageFetcher {
    private final Downloader downloader;

    /**
     * A fetcher.
     *
     * @param client reaches the world outside
     * @param retry how often and after which pauses to go on after a failure
     */
    public OsImageFetcher(Sender client, Retry retry) {
        this.downloader = new Downloader(client, retry);
    }

    /**
     * An operating system image on disk.
     *
     * @param kernel the kernel
     * @param initrd the initial RAM disk
     */
    public record OsFiles(Path kernel, Path initrd) {}

    /**
     * Fetches both files; each is complete afterwards, or as it was before.
     *
     * @param directory where to put them
     * @throws ContainerException when one cannot be had; the message names the image, the address and reason, and what can be done
     */
    public OsFiles fetch(OsImage image, Path directory) throws IOException, InterruptedException {
        OsFiles files = new OsFiles(directory.resolve("kernel"), directory.resolve("initrd.gz"));
        fetch(image, "kernel", image.kernelUrl(), files.kernel());
        fetch(image, "initrd", image.initrdUrl(), files.initrd());
        return files;
    }

    void fetch(OsImage image, String what, URI source, Path target) throws IOException, InterruptedException {
        String shown = "cannot fetch the " + what + " of OS image " + image.channel() + " " + image.version();
        try {
            if (downloader.fetch(Download.of(source, target)) == 0) {
                Files.delete(target);
                throw new WrongContentException("GET " + WebClient.shown(source) + ": the file is empty");
            }
        } catch (IOException e) {
            throw new ContainerException(shown + ": " + e.getMessage() + "; " + advice(source, target, e), e);
        }
    }

    private static String advice(URI source, Path target, IOException error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof HttpStatusException answer && answer.status() == 404) {
                return "check that this version was released: " + source.resolve("..");
            }
            if (e instanceof LocalFileException || e instanceof FileSystemException) {
                return "see to it that " + target.getParent() + " can be written and has room";
            }
        }
        return FetchFailure.ofTunnel(error)
                .orElse("check that this host reaches " + source.getHost()
                        + ", directly or through the proxy that `neco config get proxy` shows");
    }
}
