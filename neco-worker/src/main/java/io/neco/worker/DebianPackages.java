package io.neco.worker;

import io.neco.artifact.DebianPackage;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.release.PackageDownloader;
import io.neco.release.ReleaseAsset;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Packages;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs packages other than neco's own, in the foreground: their scripts do not touch the worker.
 *
 * <p>Source: worker/deb.go at 1eec387.
 */
final class DebianPackages implements Packages {
    private static final Logger log = LoggerFactory.getLogger(DebianPackages.class);
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(5);
    private static final Duration LOCK_PAUSE = Duration.ofSeconds(2);

    private final HostFiles files;
    private final CommandRunner commands;
    private final Dpkg dpkg;
    private final PackageDownloader downloader;
    private final Duration lockPause;

    DebianPackages(HostFiles files, CommandRunner commands, PackageDownloader downloader) {
        this(files, commands, downloader, LOCK_PAUSE);
    }

    /** @param lockPause between two attempts while another process holds dpkg's lock */
    DebianPackages(HostFiles files, CommandRunner commands, PackageDownloader downloader, Duration lockPause) {
        this.files = files;
        this.commands = commands;
        this.dpkg = new Dpkg(commands);
        this.downloader = downloader;
        this.lockPause = lockPause;
    }

    @Override
    public void install(DebianPackage wanted, Settings settings, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        Path file = files.path(HostPaths.PACKAGES_DIR + "/" + wanted.name() + "_" + wanted.release() + ".deb");
        ReleaseAsset asset = cancellation.interrupting(
                () -> downloader.fetch(wanted, settings.proxy(), settings.gitHubToken(), file));
        new DownloadedPackage(file, asset).check(dpkg, wanted.name(), Optional.empty());
        run(wanted, file, cancellation);
        Files.deleteIfExists(file);
    }

    private void run(DebianPackage wanted, Path file, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        Command install = new Command(
                Command.of("dpkg", "-i", file.toString()).argv(),
                Optional.empty(),
                Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C"), // Dpkg.isLocked reads what it says
                INSTALL_DEADLINE,
                true,
                false);
        long begin = System.nanoTime();
        while (true) {
            cancellation.check();
            CommandResult result = commands.run(install);
            if (result.isSuccess()) {
                return;
            }
            boolean isLate = System.nanoTime() - begin > LOCK_DEADLINE.toNanos();
            if (!Dpkg.isLocked(result.stderr()) || isLate) {
                throw new IOException("cannot install package " + wanted.name() + " " + wanted.release()
                        + ": dpkg failed (exit status " + result.exitCode() + "): "
                        + result.stderr().strip().replaceAll("\\s*\\n\\s*", "; ")
                        + "; when the cause is mended, `dpkg --configure -a` and the next update go on");
            }
            log.atWarn()
                    .addKeyValue("error", result.stderr().strip())
                    .log("deb: another process holds dpkg's lock, trying again");
            cancellation.rest(lockPause);
        }
    }
}
