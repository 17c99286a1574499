package io.neco.worker;

import io.neco.artifact.ArtifactSet;
import io.neco.container.ContainerRuntime;
import io.neco.container.Containers;
import io.neco.container.RegistryCredentials;
import io.neco.host.BootServer;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.host.Identity;
import io.neco.host.ProcessCommandRunner;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.http.HttpClients;
import io.neco.log.DaemonFlags;
import io.neco.log.Logging;
import io.neco.release.PackageDownloader;
import io.neco.store.EtcdConfigException;
import io.neco.worker.step.HttpSources;
import io.neco.worker.step.StepHost;
import io.neco.worker.step.UpdatePlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code neco-worker}; source: pkg/neco-worker/main.go at 1eec387. */
public final class Main {
    private static final String VERSION_FILE = "/usr/lib/neco/version";
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;
    private static final int REPLACED = 3;
    private static final int BROKEN = 4;

    private final DaemonFlags flags = flags();
    private final HostFiles files = new HostFiles(HostRoot.system());

    private Main() {}

    /** The flags, with their defaults. */
    static DaemonFlags flags() {
        return new DaemonFlags("neco-worker")
                .text("config", HostPaths.NECO_CONFIG_FILE, "how to reach etcd")
                .option(
                        "plan",
                        "show what an update to this version would change on this host, change nothing, and exit")
                .text("output", "text", "how -plan shows it: text or json")
                .option("version", "show the version and exit")
                .option("h", "show this help and exit")
                .option("help", "show this help and exit");
    }

    /**
     * Runs until SIGTERM or SIGINT. Exit status: 0 stopped by a signal; 1 cannot start; 2 wrong flag; 3 another version has been
     * installed without stopping this one; 4 the program itself has failed; 5 nobody reads the log.
     */
    public static void main(String[] args) {
        System.exit(new Main().run(List.of(args), System.out, System.err));
    }

    private int run(List<String> args, PrintStream out, PrintStream err) {
        try {
            flags.parse(args);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(flags.usage());
            return USAGE;
        }
        if (flags.isSet("h") || flags.isSet("help")) {
            out.print(flags.usage());
            return SUCCESS;
        }
        ProcessCommandRunner commands = new ProcessCommandRunner();
        if (flags.isSet("version")) {
            return showVersion(commands, out, err);
        }
        if (flags.isSet("plan")) {
            return new PlanCommand(flags, files, commands, out, err).run();
        }
        flags.configureLogging();
        StopSignal stop = StopSignal.install();
        LastResort last = new LastResort(Thread.currentThread());
        Thread.setDefaultUncaughtExceptionHandler(last);
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            return switch (work(commands, log)) {
                case REPLACED -> REPLACED;
                case BROKEN -> BROKEN;
                case STOPPED -> last.isNeeded() ? BROKEN : SUCCESS;
            };
        } catch (InterruptedException e) {
            log.trace("stopped", e);
            return last.isNeeded() ? BROKEN : SUCCESS;
        } catch (IOException | EtcdConfigException e) {
            log.error(Logging.describe(e));
            return FAILURE;
        } catch (RuntimeException | Error e) {
            // without an exit, threads that are left would keep the process
            log.atError().setCause(e).log("unexpected failure");
            return BROKEN;
        } finally {
            stop.finished();
        }
    }

    private int showVersion(ProcessCommandRunner commands, PrintStream out, PrintStream err) {
        try {
            out.println("neco-worker version " + version(files, commands));
            return SUCCESS;
        } catch (IOException | InterruptedException e) {
            err.println(e.getMessage());
            return FAILURE;
        }
    }

    /** The version this program belongs to: what its package says, and dpkg where that is not to be found. */
    static String version(HostFiles files, CommandRunner commands) throws IOException, InterruptedException {
        Optional<String> own =
                files.readIfExists(VERSION_FILE).map(String::strip).filter(text -> !text.isEmpty());
        if (own.isPresent()) {
            return own.get();
        }
        try {
            return new Dpkg(commands).installedVersion("neco");
        } catch (IOException e) {
            throw new IOException(
                    VERSION_FILE + " is missing or empty, and " + e.getMessage() + "; install the package again", e);
        }
    }

    private Worker.End work(ProcessCommandRunner commands, Logger log) throws IOException, InterruptedException {
        String version = version(files, commands);
        log.atInfo().addKeyValue("version", version).log("neco package version");
        int lrn = new Identity(files).logicalRackNumber();
        Site site = Site.load(files.root());
        CurrentSettings settings = new CurrentSettings();
        RegistryCredentials credentials = new RegistryCredentials(files, settings::quay);
        Clock clock = Clock.systemUTC();
        PackageDownloader downloader = new PackageDownloader(new HttpClients(), site.releaseApi(), clock);
        try (ContainerRuntime containers =
                new ContainerRuntime(Path.of(ContainerRuntime.SOCKET), files, site, credentials)) {
            StepHost host = host(lrn, files, commands, site, containers, downloader);
            UpdatePlan plan = UpdatePlan.ofThisRelease();
            SelfUpdate selfUpdate = new SelfUpdate(files, commands, site, downloader);
            Duties duties = new HostDuties(host, plan, selfUpdate, settings);
            Self self = new Self(lrn, version, duties.lastStep());
            StoreLink link = new FileStoreLink(files, flags.get("config"));
            return new Worker(self, link, new Journal(files), duties).run();
        }
    }

    /** This boot server. */
    static StepHost host(
            int lrn,
            HostFiles files,
            CommandRunner commands,
            Site site,
            Containers containers,
            PackageDownloader downloader) {
        return new StepHost(
                lrn,
                files,
                commands,
                new Systemd(commands, files),
                containers,
                ArtifactSet.builtIn(),
                new BootServer(site),
                new HttpVaultProbe(files),
                new HttpSources(new HttpClients()),
                new LocalHttpProbe(),
                new DebianPackages(files, commands, downloader));
    }
}
