package io.neco.worker;

import io.neco.artifact.DebianPackage;
import io.neco.host.Command;
import io.neco.host.CommandFailedException;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.Site;
import io.neco.release.PackageDownloader;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Condition;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs another version of the neco package over the running one.
 *
 * <p>dpkg runs in a transient unit of systemd, because the package's scripts stop this very process; the unit lives on, and the new
 * version's worker takes over. Source: worker/operator.go and worker/deb.go at 1eec387.
 */
final class SelfUpdate {
    /** The transient unit. Its name is fixed, so that a second start notices one that runs. */
    static final String UNIT = "neco-self-update";

    /** Starts the services again if dpkg is killed after it has stopped them. */
    private static final String AFTERWARDS = "--property=ExecStopPost=-/usr/lib/neco/after-self-update";

    /** States of the unit in which another one of its name cannot be started; it is deactivating while {@link #AFTERWARDS} runs. */
    private static final Set<String> RUNNING = Set.of("active", "activating", "deactivating", "reloading");

    /** Where the package is downloaded to. */
    static final String DIRECTORY = HostPaths.PACKAGES_DIR;

    private static final Logger log = LoggerFactory.getLogger(SelfUpdate.class);
    private static final String NAME = "neco";
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(15);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(5);
    private static final Duration LOCK_PAUSE = Duration.ofSeconds(2);
    private static final Duration SYNC_DEADLINE = Duration.ofSeconds(30);
    private static final int LAST_LINES = 12;
    /** Exit statuses above are those of a command that was killed. */
    private static final int KILLED = 128;

    private final HostFiles files;
    private final CommandRunner commands;
    private final Site site;
    private final Dpkg dpkg;
    private final PackageDownloader downloader;
    private final RandomGenerator random;
    private final Duration lockPause;

    SelfUpdate(HostFiles files, CommandRunner commands, Site site, PackageDownloader downloader) {
        this(files, commands, site, downloader, RandomGenerator.getDefault(), LOCK_PAUSE);
    }

    /**
     * An installer.
     *
     * @param random tells what one dpkg says in the journal from what an earlier one said
     * @param lockPause between two attempts while another process holds dpkg's lock
     */
    SelfUpdate(
            HostFiles files,
            CommandRunner commands,
            Site site,
            PackageDownloader downloader,
            RandomGenerator random,
            Duration lockPause) {
        this.files = files;
        this.commands = commands;
        this.site = site;
        this.dpkg = new Dpkg(commands);
        this.downloader = downloader;
        this.random = random;
        this.lockPause = lockPause;
    }

    /** Removes what earlier installations have left. */
    void cleanUp() throws IOException {
        removeAllBut(Optional.empty());
    }

    /** Does beforehand what an installation would begin with, for which all servers would wait. */
    void prepare() {
        downloader.prepare();
    }

    /**
     * Installs the requested version. Usually this process is stopped before the method returns.
     *
     * @throws IOException when the package cannot be had or installed; the message says why
     */
    void install(Settings settings, UpdateRequest request, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        String version = request.version();
        awaitRunningInstallation(cancellation);
        if (settings.environment().equals("test")) {
            Path file = Path.of("/tmp/neco_" + version + "_amd64.deb");
            dpkg.check(file, NAME, Optional.of(version), false);
            run(file, version, cancellation);
            return;
        }
        Path file = files.path(DIRECTORY + "/neco_" + version + "_amd64.deb");
        download(file, settings, version, cancellation).check(dpkg, NAME, Optional.of(version));
        run(file, version, cancellation);
    }

    // ---- getting the package

    private DownloadedPackage download(Path file, Settings settings, String version, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        DebianPackage wanted =
                new DebianPackage(NAME, site.releaseOwner(), site.releaseRepository(), "release-" + version);
        return cancellation.interrupting(() -> {
            removeAllBut(Optional.of(file));
            return new DownloadedPackage(
                    file, downloader.fetch(wanted, settings.proxy(), settings.gitHubToken(), file));
        });
    }

    // ---- installing it

    /** Ends early only where dpkg does not run. */
    private void run(Path file, String version, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        cancellation.check();
        log.atInfo().addKeyValue("file", file).log("deb: installing the package, whose scripts stop this worker");
        long begin = System.nanoTime();
        while (true) {
            String identifier = UNIT + "-" + Long.toHexString(random.nextLong());
            CommandResult result;
            try {
                result = commands.run(command(file, identifier));
            } catch (IOException e) {
                if (isInstalledNevertheless(version)) {
                    return;
                }
                throw e;
            }
            if (result.isSuccess()
                    || ((result.exitCode() > KILLED || isRunning()) && isInstalledNevertheless(version))) {
                return;
            }
            String said = lastWords(identifier);
            if (!Dpkg.isLocked(said) || System.nanoTime() - begin > LOCK_DEADLINE.toNanos()) {
                throw failure(result, said);
            }
            log.atWarn().addKeyValue("error", said).log("deb: another process holds dpkg's lock, trying again");
            cancellation.rest(lockPause);
        }
    }

    private static Command command(Path file, String identifier) {
        return Command.of(
                        "systemd-run",
                        "-q",
                        "--wait",
                        "--collect",
                        "--unit=" + UNIT,
                        AFTERWARDS,
                        "--property=SyslogIdentifier=" + identifier,
                        "--setenv=LC_ALL=C",
                        "dpkg",
                        "-i",
                        file.toString())
                .within(INSTALL_DEADLINE)
                .silent();
    }

    /**
     * Only systemd-run has ended: it was killed, usually together with this process, which will soon learn of it, it took too long, or it has lost
     * systemd. The unit lives on. That must not be taken for a failed installation.
     */
    private boolean isInstalledNevertheless(String version)
            throws IOException, CancelledException, InterruptedException {
        awaitRunningInstallation(new Cancellation());
        return dpkg.installedVersion(NAME).equals(version);
    }

    /** Whether the installation goes on, or may do so: where systemd does not tell, whoever waits for its end asks again. */
    private boolean isRunning() throws InterruptedException {
        return stateIfNotEnded().isPresent();
    }

    /** In words; empty: it has ended. */
    private Optional<String> stateIfNotEnded() throws InterruptedException {
        CommandResult result;
        try {
            result = commands.run(
                    Command.of("systemctl", "is-active", UNIT + ".service").silent());
        } catch (IOException e) {
            // the signal that stops this worker also ends what it is about to start; not knowing is no failure
            return Optional.of("systemctl cannot be asked: " + e.getMessage());
        }
        if (result.exitCode() > KILLED) {
            return Optional.of("systemctl was killed");
        }
        String state = result.stdout().strip();
        if (state.isEmpty()) {
            return Optional.of("systemctl does not tell: " + result.stderr().strip());
        }
        return RUNNING.contains(state) ? Optional.of(UNIT + " is " + state) : Optional.empty();
    }

    /** When dpkg has said nothing it was systemd-run that failed, e.g. since there was no way to systemd. */
    private static IOException failure(CommandResult result, String said) {
        String own = result.stderr().strip();
        boolean isOwn = said.isEmpty() && !own.isEmpty();
        String message = (isOwn ? "systemd-run failed" : "dpkg failed") + " (exit status " + result.exitCode() + ")"
                + (said.isEmpty() && own.isEmpty() ? "" : ": " + (isOwn ? own : said))
                + "; see `journalctl -u " + UNIT + "` on this server";
        return new IOException(message, new CommandFailedException(result));
    }

    /**
     * dpkg writes to the unit's journal and not to us: a pipe that breaks when we are stopped would stop it as well.
     *
     * @param identifier under which this dpkg alone has written
     */
    private String lastWords(String identifier) throws IOException, InterruptedException {
        try {
            // what was written last may still be on its way
            commands.run(
                    Command.of("journalctl", "--sync").within(SYNC_DEADLINE).silent());
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("error", e.getMessage())
                    .log("deb: dpkg's last words may not be in the journal yet");
        }
        CommandResult result = commands.run(Command.of("journalctl", "-q", "-o", "cat", "-t", identifier)
                .with("-n", Integer.toString(LAST_LINES))
                .silent());
        return result.stdout().strip().replaceAll("\\s*\\n\\s*", "; ");
    }

    /** Waits for an installation that an earlier process of this worker has begun. */
    private void awaitRunningInstallation(Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        Condition ended = this::stateIfNotEnded;
        ended.await(
                "a running installation to end", INSTALL_DEADLINE, "see `systemctl status " + UNIT + "`", cancellation);
    }

    private void removeAllBut(Optional<Path> kept) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(files.path(DIRECTORY))) {
            for (Path path : found) {
                if (kept.isEmpty() || !kept.get().equals(path)) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (NoSuchFileException e) {
            log.trace("no package was ever downloaded");
        }
    }
}
