package io.neco.updater;

import io.neco.daemon.DaemonProgram;
import io.neco.daemon.Outage;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.host.Identity;
import io.neco.log.DaemonFlags;
import io.neco.log.Logging;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.NecoConfigFile;
import io.neco.time.GoDuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/** The program {@code neco-updater}; source: pkg/neco-updater/main.go at 1eec387. */
public final class Main {
    private static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofSeconds(10);
    private final DaemonFlags flags = new DaemonFlags("neco-updater")
            .text("session-ttl", "10s", "leader session's TTL")
            .text("config", HostPaths.NECO_CONFIG_FILE, "how to reach etcd");

    private final DaemonProgram program = new DaemonProgram("neco-updater", flags);

    private Main() {}

    /**
     * Runs until SIGTERM or SIGINT. Exit status: 0 stopped by a signal, 1 cannot start or cannot go on because of a mistake, 2 wrong flag, 5
     * nobody reads the log.
     */
    public static void main(String[] args) {
        Main main = new Main();
        main.program.run(args, out -> {
            Duration timeToLive = main.timeToLive();
            main.serve(main.config(), timeToLive);
        });
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
        try (EtcdStore store = Outage.awaitStore(config, clock);
                ReleaseSource releases = new EnvironmentReleases(root, clock);
                Notifications notifications = new Notifications(() -> clusterName(root))) {
            new Updater(store, Logging.hostName(), timeToLive, releases, notifications, Clocks.of(clock)).run();
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
