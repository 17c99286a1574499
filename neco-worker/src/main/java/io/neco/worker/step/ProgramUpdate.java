package io.neco.worker.step;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import java.io.IOException;
import java.util.Optional;

/**
 * Brings the files of one service up to date, and the service with them if one of them has changed.
 *
 * <p>Before the first change a mark is left on the host, which is removed after the restart. A worker that is stopped in between finds
 * the mark when it runs the step again: files that are right already are then no reason to leave the service as it is.
 */
final class ProgramUpdate {
    private final StepContext context;
    private final HostFiles files;
    private final String unit;
    private final String mark;
    private final Optional<String> image;
    private boolean isChanged;
    private boolean isUnitChanged;

    /** @param unit the service, e.g. {@code ep-agent.service}, of a program that is installed on the host */
    ProgramUpdate(StepContext context, String unit) {
        this(context, unit, Optional.empty());
    }

    /**
     * The update of a service that runs a container.
     *
     * @param unit the service, e.g. {@code serf.service}
     * @param image name of its image in the artifact set
     */
    ProgramUpdate(StepContext context, String unit, String image) {
        this(context, unit, Optional.of(image));
    }

    private ProgramUpdate(StepContext context, String unit, Optional<String> image) {
        this.context = context;
        this.files = context.host().files();
        this.unit = unit;
        this.mark = mark(unit);
        this.image = image;
        this.isChanged = isPending(files, unit);
        this.isUnitChanged = isChanged;
    }

    /** Whether an earlier run, perhaps of another update, has changed something that the running service does not know of. */
    static boolean isPending(HostFiles files, String unit) {
        return files.exists(mark(unit));
    }

    private static String mark(String unit) {
        return HostPaths.PENDING_DIR + "/" + unit;
    }

    /** Notes that the service must be restarted; to be called before whatever is the reason is done. */
    void changes() throws IOException {
        if (!isChanged) {
            files.write(mark, "", FileMode.WORLD_READABLE);
            isChanged = true;
        }
    }

    /** Takes up this release's image, from which no program is needed on the host. */
    void takeImage(String name) throws IOException {
        if (context.needsImage(name)) {
            changes();
            context.recordImage(name);
        }
    }

    /**
     * Takes up this release's image with the programs it carries for the host, of which {@code program} is one; see
     * {@link StepContext#installTools}.
     */
    void takeImage(String name, String mount, String installer, String program)
            throws IOException, InterruptedException {
        if (context.needsTools(name, program)) {
            changes();
            context.installTools(name, mount, installer);
            context.recordImage(name);
        }
    }

    /** Writes a file the service reads when it starts, unless it is right already. */
    void write(String path, String text, FileMode mode) throws IOException {
        if (!files.holds(path, text)) {
            changes();
        }
        context.changed(path, files.replace(path, text, mode));
    }

    /** Writes the service's unit file. */
    void writeUnit(String text) throws IOException {
        writeDropIn(HostPaths.SYSTEMD_DIR + "/" + unit, text);
    }

    /** Writes the unit file or a drop-in: the units are reloaded if it was not right already. */
    void writeDropIn(String path, String text) throws IOException {
        isUnitChanged |= !files.holds(path, text);
        write(path, text, FileMode.WORLD_READABLE);
    }

    /** Whether something has changed, now or before the worker was restarted, that the running service does not know of. */
    boolean isChanged() {
        return isChanged;
    }

    /** Lets systemd know of a changed unit file, for whenever it starts the service the next time. */
    void load() throws IOException, InterruptedException {
        if (isUnitChanged) {
            context.host().systemd().enable(unit);
            isUnitChanged = false;
        }
    }

    /** Makes sure that the service can be started; done by the restart as well, but who takes a lock for that does it before. */
    void haveImage() throws IOException, InterruptedException {
        if (image.isPresent()) {
            context.haveImage(image.get());
        }
    }

    /** Restarts the service with its present files. */
    void restart() throws IOException, InterruptedException {
        haveImage();
        context.host().systemd().restart(unit, isUnitChanged);
        context.changed("restarted " + unit);
        settled();
    }

    /** Starts the unit with its present files; one that runs goes on running, as timers may. */
    void start() throws IOException, InterruptedException {
        haveImage();
        context.host().systemd().start(unit, isUnitChanged);
        settled();
    }

    /** Restarts the service if something has changed. */
    void restartIfChanged() throws IOException, InterruptedException {
        if (isChanged) {
            restart();
        }
    }

    /** Lets the service read its files anew if something has changed, without an interruption if it can. */
    void reloadIfChanged() throws IOException, InterruptedException {
        if (isChanged) {
            context.host().systemd().reloadOrRestart(unit);
            context.changed("reloaded " + unit);
            settled();
        }
    }

    /** Notes that the service has taken up its present files, by whatever means. */
    void settled() throws IOException {
        files.deleteIfExists(mark);
        isChanged = false;
        isUnitChanged = false;
    }
}
