package io.neco.worker.step;

import io.neco.artifact.ContainerImage;
import io.neco.container.Bind;
import io.neco.container.ContainerException;
import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.store.NecoStore;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a step works with.
 *
 * @param host this boot server
 * @param store Neco's data in etcd
 * @param request the request the step belongs to
 * @param settings settings of {@code neco config} as of the step's beginning
 * @param cancellation the wish to end early
 * @param installed what is recorded as installed on this server
 * @param changes what the step has changed so far, for its log line
 */
public record StepContext(
        StepHost host,
        NecoStore store,
        UpdateRequest request,
        Settings settings,
        Cancellation cancellation,
        InstalledHere installed,
        List<String> changes) {
    private static final String PROGRAMS = "/usr/local/bin";
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(2);
    private static final Duration PULL_DEADLINE = Duration.ofMinutes(5);

    /** A context in which nothing has been changed, and what is installed has yet to be read. */
    public StepContext(
            StepHost host, NecoStore store, UpdateRequest request, Settings settings, Cancellation cancellation) {
        this(host, store, request, settings, cancellation, new InstalledHere(host.lrn()));
    }

    /** A context in which nothing has been changed. */
    public StepContext(
            StepHost host,
            NecoStore store,
            UpdateRequest request,
            Settings settings,
            Cancellation cancellation,
            InstalledHere installed) {
        this(host, store, request, settings, cancellation, installed, new ArrayList<>());
    }

    /** Notes for the log that the step has changed {@code what}. */
    public void changed(String what) {
        synchronized (changes) {
            changes.add(what);
        }
    }

    /** Notes for the log that the step has changed {@code what} if it has. */
    public void changed(String what, boolean isChanged) {
        if (isChanged) {
            changed(what);
        }
    }

    /** Hides a private key from all but its reader; the reference wrote it for everybody to read. */
    public void hideKey(String path, FileMode mode) throws IOException {
        changed(path + " (permissions)", host.files().setMode(path, mode));
    }

    /** Whether the image recorded as installed on this server is another one than this release's. */
    public boolean needsImage(String name) {
        Optional<String> tag = installed.read(store).containerTag(name);
        return tag.isEmpty() || !tag.get().equals(host.artifacts().image(name).tag());
    }

    /**
     * Whether this release's image is to be installed, with the programs it carries for the host: it is not recorded, or the host does not
     * have them, as after a new installation of its operating system under an etcd that was restored.
     *
     * @param program one of these programs
     */
    public boolean needsTools(String name, String program) {
        return needsImage(name) || !host.files().exists(program);
    }

    /** Records that this release's image is installed on this server. */
    public void recordImage(String name) {
        String tag = host.artifacts().image(name).tag();
        installed.recordContainerTag(store, name, tag);
        changed("image " + name + " " + tag);
    }

    /**
     * Installs the programs an image carries for the host. They are on the disk when this returns: once the image is recorded as installed,
     * nobody would mend what a power cut had left of them.
     *
     * @param name name of the image in the artifact set
     * @param mount where {@code installer} expects the host's {@code /usr/local/bin}
     * @param installer the image's command
     */
    public void installTools(String name, String mount, String installer) throws IOException, InterruptedException {
        host.containers()
                .run(
                        host.artifacts().image(name),
                        List.of(Bind.writable(PROGRAMS, mount)),
                        List.of(installer),
                        TOOL_DEADLINE);
        host.files().flushFilesOf(PROGRAMS);
    }

    /**
     * Pulls this release's image if it is not on the host any more: to be called before something is stopped that could not be started
     * without it, since days may have passed since step 1, and images that nothing runs from are cleaned up.
     */
    void haveImage(String name) throws IOException, InterruptedException {
        ContainerImage image = host.artifacts().image(name);
        try {
            changed(
                    "image " + name + " " + image.tag() + " (pulled again)",
                    host.containers().pull(image, PULL_DEADLINE));
        } catch (ContainerException e) {
            // the runtime has tried several times already
            throw new StepFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether the Debian package recorded as installed on this server is of another release than this one's, or dpkg does not know it. */
    public boolean needsPackage(String name) {
        Optional<String> release = installed.read(store).debRelease(name);
        return release.isEmpty()
                || !release.get().equals(host.artifacts().deb(name).release())
                || !host.files().exists(HostPaths.packageList(name));
    }

    /** Records that this release's Debian package is installed on this server. */
    public void recordPackage(String name) {
        String release = host.artifacts().deb(name).release();
        installed.recordDebRelease(store, name, release);
        changed("package " + name + " " + release);
    }
}
