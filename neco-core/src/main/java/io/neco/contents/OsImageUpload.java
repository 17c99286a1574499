package io.neco.contents;

import io.neco.artifact.OsImage;
import io.neco.container.OsImageFetcher.OsFiles;
import io.neco.sabakan.OsImageEntry;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.SabakanException;
import java.io.IOException;
import java.nio.file.Files;

/** Brings the nodes' operating system to sabakan: kernel and initial RAM disk, sent as one archive. */
final class OsImageUpload {
    private static final String OS = SabakanClient.COREOS;

    private final ContentsTools tools;
    private final WorkingDirectory directory;
    private final Progress progress;
    private final Changes changes;

    OsImageUpload(ContentsTools tools, WorkingDirectory directory, Progress progress, Changes changes) {
        this.tools = tools;
        this.directory = directory;
        this.progress = progress;
        this.changes = changes;
    }

    /** Uploads this release's image unless sabakan has it. */
    void run() throws IOException, InterruptedException {
        OsImage image = tools.artifacts().osImage();
        Progress.Item item = progress.begin("OS image " + image.version());
        String outcome = "failed";
        try {
            if (tools.patiently("look for OS image " + image.version(), () -> isThere(image))) {
                outcome = "is there already";
                return;
            }
            item.doing("fetching", 0);
            OsFiles files = tools.osImages().fetch(image, directory.path());
            try {
                item.doing("uploading", Files.size(files.kernel()) + Files.size(files.initrd()));
                tools.patiently("upload of OS image " + image.version(), () -> upload(image, files, item));
            } finally {
                Files.deleteIfExists(files.kernel());
                Files.deleteIfExists(files.initrd());
            }
            outcome = "uploaded";
            changes.add("OS image " + image.version());
        } catch (IOException e) {
            throw new IOException("cannot serve OS image " + image.version() + " by sabakan: " + e.getMessage(), e);
        } finally {
            item.ended(outcome);
        }
    }

    private boolean isThere(OsImage image) throws IOException, InterruptedException {
        return tools.sabakan().images(OS).stream().map(OsImageEntry::id).anyMatch(image.version()::equals);
    }

    /** Sends it; a repetition first looks whether the attempt before has arrived after all, since sabakan takes an image once. */
    private boolean upload(OsImage image, OsFiles files, Progress.Item item) throws IOException, InterruptedException {
        if (isThere(image)) {
            return false;
        }
        try {
            tools.sabakan().uploadImage(OS, image.version(), files.kernel(), files.initrd(), item::reached);
            return true;
        } catch (SabakanException e) {
            if (e.isConflict() && isThere(image)) {
                return false;
            }
            throw e;
        }
    }
}
