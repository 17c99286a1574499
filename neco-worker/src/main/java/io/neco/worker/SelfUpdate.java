package io.neco.worker;

import io.neco.artifact.DebianPackage;
import io.neco.host.Command;
import io.neco.host.CommandFailedException;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.http.Download;
import io.neco.http.Downloader;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.release.DebianPackageSource;
import io.neco.release.GitHubReleaseFeed;
import io.neco.release.ReleaseAsset;
import io.neco.release.ReleaseFeedException;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Condition;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs another version of the neco package over the running one.
 *
 * <p>dpkg runs in a transient unit of systemd, because the package's scripts stop this very process; the unit lives on, and the new
 * version's worker takes over. Source: worker/neco.go and worker/deb.go at 1eec387.
 */
final class SelfUpdate {
    /** The transient unit. Its name is fixed, so that a second start notices one that runs. */
    static final String UNIT = "neco-self-update";
    /** Where the package is downloaded to. */
    static final String DIRECTORY = "/var/lib/neco/packages";

    private static final Logger log = LoggerFactory.getLogger(SelfUpdate.class);
    private static final String NAME = "neco";
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(15);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(5);
    private static final int LAST_LINES = 12;
    /** Exit statuses above are those of a command that was killed. */
    private static final int KILLED = 128;

    /** Some seconds: whoever waits for this server should soon know that there is no release server. */
    private static final Retry SEARCH = new Retry(
            4, Duration.ofSeconds(1), Duration.ofSeconds(4), Retry.Pause.interruptible(), RandomGenerator.getDefault());

    private final HostFiles files;
    private final CommandRunner commands;
    private final Site site;
    private final HttpClients clients;
    private final Clock clock;

    SelfUpdate(HostFiles files, CommandRunner commands, Site site, HttpClients clients, Clock clock) {
        this.files = files;
        this.commands = commands;
        this.site = site;
        this.clients = clients;
        this.clock = clock;
    }

    /** Removes what earlier installations have left. */
    void cleanUp() throws IOException {
        removeAllBut(Optional.empty());
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
            check(file, version, false);
            run(file, version);
            return;
        }
        Path file = files.path(DIRECTORY + "/neco_" + version + "_amd64.deb");
        boolean isVerified = download(file, settings, version, cancellation);
        check(file, version, isVerified);
        cancellation.check();
        run(file, version);
    }

    // ---- getting the package

    /** Returns whether the file's digest was checked. */
    private boolean download(Path file, Settings settings, String version, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        DebianPackage wanted =
                new DebianPackage(NAME, site.releaseOwner(), site.releaseRepository(), "release-" + version);
        Thread thread = Thread.currentThread();
        AtomicBoolean isInterruptible = new AtomicBoolean(true);
        cancellation.onRequest(() -> {
            synchronized (isInterruptible) {
                if (isInterruptible.get()) {
                    thread.interrupt();
                }
            }
        });
        try (WebClient api = clients.gitHub(settings.proxy(), settings.gitHubToken(), site.releaseApi());
                WebClient web = clients.proxied(settings.proxy())) {
            removeAllBut(Optional.of(file));
            long begin = System.nanoTime();
            ReleaseAsset asset = find(api, wanted);
            Download download = new Download(URI.create(asset.downloadUrl()), file, asset.size(), asset.sha256());
            long size = new Downloader(web, Retry.standard()).fetch(download);
            log.atInfo()
                    .addKeyValue("url", asset.downloadUrl())
                    .addKeyValue("size", size)
                    .addKeyValue("sha256", asset.sha256().orElse("not told by the server"))
                    .addKeyValue("response_time", (System.nanoTime() - begin) / 1e9)
                    .log("deb: downloaded the package");
            return asset.sha256().isPresent();
        } catch (InterruptedException e) {
            cancellation.check();
            throw e;
        } finally {
            synchronized (isInterruptible) {
                isInterruptible.set(false);
                if (cancellation.isRequested()) {
                    Thread.interrupted();
                }
            }
        }
    }

    private ReleaseAsset find(WebClient api, DebianPackage wanted) throws IOException, InterruptedException {
        DebianPackageSource source = new DebianPackageSource(
                deb -> new GitHubReleaseFeed(api, site.releaseApi(), deb.owner(), deb.repository(), clock));
        return SEARCH.call(
                "search for release " + wanted.release(),
                e -> e instanceof ReleaseFeedException
                        && e.getCause() instanceof IOException cause
                        && Retry.isTransient(cause),
                () -> source.find(wanted));
    }

    /** Keeps a package that is not the requested one, or not whole, from stopping the services. */
    private void check(Path file, String version, boolean isVerified) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no package " + file);
        }
        String fields = dpkgDeb("--field", file.toString(), "Package", "Version");
        if (!fields.contains("Package: " + NAME + "\n") || !fields.contains("Version: " + version + "\n")) {
            throw new IOException("package " + file + " is not " + NAME + " " + version + " but "
                    + fields.strip().replace("\n", ", "));
        }
        if (!isVerified) {
            dpkgDeb("--contents", file.toString());
        }
    }

    private String dpkgDeb(String... arguments) throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("dpkg-deb").with(arguments).silent());
        if (!result.isSuccess()) {
            throw new IOException("package " + arguments[1] + " is damaged: "
                    + result.stderr().strip().replace("\n", " "));
        }
        return result.stdout();
    }

    // ---- installing it

    private void run(Path file, String version) throws IOException, CancelledException, InterruptedException {
        log.atInfo().addKeyValue("file", file).log("deb: installing the package, whose scripts stop this worker");
        long begin = System.nanoTime();
        while (true) {
            long since = clock.instant().getEpochSecond();
            CommandResult result = commands.run(Command.of(
                            "systemd-run", "-q", "--wait", "--collect", "--unit=" + UNIT, "dpkg", "-i", file.toString())
                    .within(INSTALL_DEADLINE)
                    .silent());
            if (result.isSuccess() || (result.exitCode() > KILLED && isInstalledNevertheless(version))) {
                return;
            }
            String said = lastWords(since);
            if (!said.contains("is another process using it") && !said.contains("was locked by another process")) {
                throw failure(result, said);
            }
            if (System.nanoTime() - begin > LOCK_DEADLINE.toNanos()) {
                throw failure(result, said);
            }
            log.atWarn().addKeyValue("error", said).log("deb: another process holds dpkg's lock, trying again");
            Retry.Pause.interruptible().rest(Duration.ofSeconds(2));
        }
    }

    /**
     * Only systemd-run was killed, usually together with this process, which will soon learn of it; the unit lives on. That must not be
     * taken for a failed installation.
     */
    private boolean isInstalledNevertheless(String version)
            throws IOException, CancelledException, InterruptedException {
        awaitRunningInstallation(new Cancellation());
        return new Dpkg(commands).installedVersion(NAME).equals(version);
    }

    private static IOException failure(CommandResult result, String said) {
        String message = "dpkg failed (exit status " + result.exitCode() + ")"
                + (said.isEmpty() ? "" : ": " + said)
                + "; see `journalctl -u " + UNIT + "` on this server";
        return new IOException(message, new CommandFailedException(result));
    }

    /** dpkg writes to the unit's journal and not to us: a pipe that breaks when we are stopped would stop it as well. */
    private String lastWords(long since) throws IOException, InterruptedException {
        CommandResult result = commands.run(Command.of("journalctl", "-q", "-o", "cat", "-t", "dpkg", "-u", UNIT)
                .with("-n", Integer.toString(LAST_LINES), "--since=@" + since)
                .silent());
        return result.stdout().strip().replaceAll("\\s*\\n\\s*", "; ");
    }

    /** Waits for an installation that an earlier process of this worker has begun. */
    private void awaitRunningInstallation(Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        Condition ended = () -> {
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
            return state.equals("active") || state.equals("activating")
                    ? Optional.of(UNIT + " is " + state)
                    : Optional.empty();
        };
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
