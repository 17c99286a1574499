package io.neco.container;

import io.neco.artifact.ContainerImage;
import io.neco.http.LocalFileException;
import io.neco.http.NativeCryptography;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Fetches images from registries into files for {@code docker load}, without a container engine and in constant memory: each layer
 * goes from the connection to its place in the archive, compressed as the registry keeps it. What arrives is checked against its
 * digest, a broken connection goes on where it broke, and a layer that several images share is fetched once as long as this object
 * lives. Thread-safe; a bounded number of images is fetched at a time.
 *
 * <p>Archives are not flushed to disk: they are on their way to somewhere else and made anew after a crash of the machine.
 *
 * <p>Source: image.go at 1eec387, which starts over with every failure.
 */
public final class ImageFetcher implements AutoCloseable {
    private static final int PARALLEL = 4;
    private static final long SHELF_BYTES = 4L << 30;

    private final WebClient client;
    private final Function<ContainerImage, String> fullName;
    private final RegistryCredentials credentials;
    private final Retry retry;
    private final Semaphore turns;
    private final LayerShelf shelf = new LayerShelf(SHELF_BYTES);

    /**
     * A fetcher with the usual patience ({@link Retry#standard}), four images at a time.
     *
     * @param client reaches the registries; stays the caller's
     * @param fullName the name an image is fetched by, which it also has after {@code docker load}
     * @param credentials what registries are shown
     */
    public ImageFetcher(WebClient client, Function<ContainerImage, String> fullName, RegistryCredentials credentials) {
        this(client, fullName, credentials, Retry.standard(), PARALLEL);
    }

    /**
     * A fetcher.
     *
     * @param retry how often and after which pauses to go on after a failure
     * @param parallel how many images to fetch at a time, 1 or more; further callers wait
     */
    public ImageFetcher(
            WebClient client,
            Function<ContainerImage, String> fullName,
            RegistryCredentials credentials,
            Retry retry,
            int parallel) {
        this.client = client;
        this.fullName = fullName;
        this.credentials = credentials;
        this.retry = retry;
        this.turns = new Semaphore(parallel, true);
    }

    /**
     * Fetches an image for linux/amd64.
     *
     * @param target the archive to write; afterwards it is complete, or as it was before
     * @throws ContainerException when it cannot be had; the message names image, file, address and reason, and what can be done
     */
    public FetchedImage fetch(ContainerImage image, Path target) throws IOException, InterruptedException {
        NativeCryptography.prefer();
        String shown = fullName.apply(image);
        ImageName name = ImageName.parse(shown);
        turns.acquire();
        try {
            Optional<RegistryCredential> credential = credential(image, shown);
            Registry registry = new Registry(new RegistrySession(client, name, credential), name, retry);
            return fetch(registry, shown, target.toAbsolutePath());
        } catch (IOException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException("interrupted while fetching " + shown);
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e instanceof ContainerException told ? told : FetchFailure.of(shown, name, target, e);
        } finally {
            turns.release();
        }
    }

    private Optional<RegistryCredential> credential(ContainerImage image, String shown) throws IOException {
        try {
            return credentials.find(image, shown);
        } catch (IOException e) {
            throw new ContainerException("cannot fetch image " + shown + ": " + e.getMessage(), e);
        }
    }

    private FetchedImage fetch(Registry registry, String shown, Path target) throws IOException, InterruptedException {
        ImageManifest manifest = registry.manifest();
        Path directory = Optional.ofNullable(target.getParent()).orElse(target);
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, "." + target.getFileName() + ".", ".part");
        try {
            requireRoom(manifest, temporary);
            long size = write(registry, manifest, shown, temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return new FetchedImage(target, size, manifest.config().digest());
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void requireRoom(ImageManifest manifest, Path temporary) throws IOException {
        long needed = Stream.concat(Stream.of(manifest.config()), manifest.layers().stream())
                .distinct()
                .mapToLong(blob -> DockerArchive.sizeOfEntry(blob.size()))
                .sum();
        long free = Files.getFileStore(temporary).getUsableSpace();
        if (free < needed) {
            throw new LocalFileException("the archive takes " + needed + " bytes, and only " + free + " are free in "
                    + temporary.getParent());
        }
    }

    private long write(Registry registry, ImageManifest manifest, String shown, Path file)
            throws IOException, InterruptedException {
        FileChannel readable = FileChannel.open(file, StandardOpenOption.READ);
        DockerArchive archive = new DockerArchive(file);
        try (archive) {
            Blob config = manifest.config();
            archive.add(config.digest(), config.size(), (f, start) -> registry.download(config, file, f, start));
            Set<Blob> written = new HashSet<>();
            for (Blob layer : manifest.layers()) {
                if (written.add(layer)) {
                    archive.add(ImageManifest.entryName(layer), layer.size(), (f, start) -> {
                        if (!isCopied(layer, f, start)) {
                            claimed(registry, layer, file, f, start, readable);
                        }
                    });
                }
            }
            return archive.finish(
                    config.digest(),
                    shown,
                    manifest.layers().stream().map(ImageManifest::entryName).toList());
        } catch (LocalFileException e) {
            // its space is wanted
            readable.close();
            throw e;
        } finally {
            // after another failure, the layers that are there serve the next attempt
            shelf.keep(readable, archive.size());
        }
    }

    /** Copies a layer that another archive has; {@code false}: there is none, and others wait for this thread to fetch it. */
    private boolean isCopied(Blob layer, FileChannel file, long start) throws IOException, InterruptedException {
        while (true) {
            Optional<LayerShelf.Place> place = shelf.findOrClaim(layer.hex());
            if (place.isEmpty()) {
                return false;
            }
            if (place.get().copyTo(file, start, layer.size())) {
                return true;
            }
        }
    }

    private void claimed(Registry registry, Blob layer, Path path, FileChannel file, long start, FileChannel readable)
            throws IOException, InterruptedException {
        Optional<LayerShelf.Place> place = Optional.empty();
        try {
            registry.download(layer, path, file, start);
            place = Optional.of(new LayerShelf.Place(readable, start));
        } finally {
            shelf.settle(layer.hex(), place);
        }
    }

    /** Forgets shared layers. Fetches under way go on, but the {@link WebClient} may be closed to end them. */
    @Override
    public void close() throws IOException {
        shelf.close();
    }
}
