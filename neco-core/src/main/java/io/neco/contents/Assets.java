package io.neco.contents;

import io.neco.artifact.ContainerImage;
import io.neco.host.HostPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Files sabakan gives to nodes: container images, and programs shipped in the package. */
final class Assets {
    /** What of the package goes to the nodes as it is. */
    static final String WORKER_ASSETS = HostPaths.WORKER_ASSETS_DIR;

    private static final int PARALLEL = 4;

    private final ContentsTools tools;
    private final WorkingDirectory directory;
    private final Progress progress;
    private final Changes changes;
    private final AtomicInteger number = new AtomicInteger();

    Assets(ContentsTools tools, WorkingDirectory directory, Progress progress, Changes changes) {
        this.tools = tools;
        this.directory = directory;
        this.progress = progress;
        this.changes = changes;
    }

    /** Uploads the images that sabakan does not have, several at a time. */
    void uploadImages(List<ContainerImage> images) throws IOException, InterruptedException {
        List<Parallel.Task> tasks = new ArrayList<>();
        for (ContainerImage image : images) {
            tasks.add(() -> uploadImage(image));
        }
        Parallel.run("image-upload", PARALLEL, tasks);
    }

    private void uploadImage(ContainerImage image) throws IOException, InterruptedException {
        String asset = image.assetName();
        Progress.Item item = progress.begin("image " + image.name());
        String outcome = "failed";
        try {
            if (tools.patiently("look for asset " + asset, () -> tools.sabakan().assetMeta(asset))
                    .isPresent()) {
                outcome = "is there already: " + asset;
                return;
            }
            // no extension: a name must not tell what it is
            Path file = directory.file("neco-" + number.incrementAndGet());
            try {
                item.doing("fetching", 0);
                tools.images().fetch(image, file);
                upload(asset, file, item);
            } finally {
                Files.deleteIfExists(file);
            }
            outcome = "uploaded as " + asset;
            changes.add("asset " + asset);
        } catch (IOException e) {
            throw new IOException(
                    "cannot serve image " + tools.reference().apply(image) + " as asset " + asset + " of sabakan: "
                            + e.getMessage(),
                    e);
        } finally {
            item.ended(outcome);
        }
    }

    /** Uploads everything the package has for nodes, always, as the reference does. */
    void uploadWorkerAssets() throws IOException, InterruptedException {
        for (Path file : workerAssets(tools)) {
            String name = String.valueOf(file.getFileName());
            Progress.Item item = progress.begin("file " + name);
            String outcome = "failed";
            try {
                upload(name, file, item);
                outcome = "uploaded";
                changes.add("asset " + name);
            } catch (IOException e) {
                throw new IOException(
                        "cannot serve " + file + " as asset " + name + " of sabakan: " + e.getMessage(), e);
            } finally {
                item.ended(outcome);
            }
        }
    }

    /** What the package has for nodes, sorted by name. */
    static List<Path> workerAssets(ContentsTools tools) throws IOException {
        try (Stream<Path> entries = Files.list(tools.files().path(WORKER_ASSETS))) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private void upload(String asset, Path file, Progress.Item item) throws IOException, InterruptedException {
        item.doing("uploading", Files.size(file));
        tools.patiently("upload of asset " + asset, () -> tools.sabakan().uploadAsset(asset, file, item::reached));
    }
}
