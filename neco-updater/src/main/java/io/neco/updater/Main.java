package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.daemon.StopSignal;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.host.Identity;
import io.neco.http.Retry;
import io.neco.log.DaemonFlags;
import io.neco.log.Logging;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdConfigException;
import io.neco.store.EtcdStore;
import io.neco.store.NecoConfigFile;
import io.neco.store.StoreException;
import io.neco.time.GoDuration;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code neco-updater}; source: pkg/neco-updater/main.go at 1eec387. */
public final class Main {
    private static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofSeconds(10);
    /** systemd and operators wait for at most half a second; what is not given up until then expires by itself. */
    private static final Duration STOP_WITHIN = Duration.ofMillis(400);

    private static final String VERSION_FILE = "/usr/lib/neco/version";
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final DaemonFlags flags = new DaemonFlags("neco-updater")
            .text("session-ttl", "10s", "leader session's TTL")
            .text("config", HostPaths.NECO_CONFIG_FILE, "how to reach etcd")
            .option("version", "show the version and exit")
            .option("h", "show this help and exit")
            .option("help", "show this help and exit");

    private final StopSignal stop = StopSignal.install(STOP_WITHIN);

    private Main() {}

    /** Runs until SIGTERM or SIGINT. Exit status: 0 stopped by a signal, 1 cannot start, 2 wrong flag, 5 nobody reads the log. */
    public static void main(String[] args) {
        Main main = new Main();
        int status = FAILURE;
        try {
            status = main.run(List.of(args), System.out, System.err);
        } finally {
            main.stop.finished();
        }
        System.exit(status);
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
        if (flags.isSet("version")) {
            out.println("neco-updater version " + version());
            return SUCCESS;
        }
        flags.configureLogging();
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            Duration timeToLive = timeToLive();
            serve(config(), timeToLive);
        } catch (InterruptedException e) {
            log.trace("stopped", e);
            return SUCCESS;
        } catch (IllegalArgumentException | EtcdConfigException | IOException e) {
            log.error(e.getMessage());
            return FAILURE;
        }
        return SUCCESS;
    }

    private static String version() {
        try {
            return Files.readString(Path.of(VERSION_FILE)).strip();
        } catch (IOException e) {
            return "unknown (there is no " + VERSION_FILE + ")";
        }
    }

    private Duration timeToLive() {
        String text = flags.get("session-ttl");
        Duration given;
        try {
            given = GoDuration.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("wrong value of -session-ttl: " + e.getMessage(), e);
        }
        Duration seconds = Duration.ofSeconds(given.toSeconds());
        return seconds.isNegative() || seconds.isZero() ? DEFAULT_TIME_TO_LIVE : seconds;
    }

    private EtcdConfig config() throws IOException {
        String file = flags.get("config");
        if (file.equals(HostPaths.NECO_CONFIG_FILE)) {
            return NecoConfigFile.read(new HostFiles(HostRoot.system()));
        }
        try {
            return NecoConfigFile.parse(Files.readString(Path.of(file)), file);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + " (flag -config): " + Logging.describe(e), e);
        }
    }

    private void serve(EtcdConfig config, Duration timeToLive) throws InterruptedException {
        Clock clock = Clock.systemUTC();
        HostRoot root = HostRoot.system();
        try (EtcdStore store = open(config, clock);
                ReleaseSource releases = new EnvironmentReleases(root, clock);
                Notifications notifications = new Notifications(() -> clusterName(root))) {
            new Updater(store, Logging.hostName(), timeToLive, releases, notifications, clock).run();
        }
    }

    /** Waits for etcd: at boot, updater and etcd start at the same time. */
    private static EtcdStore open(EtcdConfig config, Clock clock) throws InterruptedException {
        Outage outage = new Outage(clock);
        while (true) {
            try {
                EtcdStore store = EtcdStore.open(config);
                outage.over();
                return store;
            } catch (EtcdConfigException e) {
                throw e;
            } catch (StoreException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                Retry.Pause.interruptible().rest(outage.failed(e));
            }
        }
    }

    private static String clusterName(HostRoot root) {
        try {
            return new Identity(new HostFiles(root)).clusterName();
        } catch (IOException e) {
            LoggerFactory.getLogger(Main.class)
                    .atError()
                    .addKeyValue("error", e)
                    .log("notifications cannot name the cluster");
            return "unknown";
        }
    }
}
