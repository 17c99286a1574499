package io.neco.statesetter;

import io.neco.daemon.DaemonProgram;
import io.neco.daemon.Outage;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.host.ProcessCommandRunner;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.log.DaemonFlags;
import io.neco.log.Logging;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.SabakanClient;
import io.neco.statesetter.serf.SerfAgent;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.NecoConfigFile;
import io.neco.time.GoDuration;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** The program {@code sabakan-state-setter}; source: pkg/sabakan-state-setter/cmd/main.go at 1eec387. */
public final class Main {
    private static final Duration SERF_DEADLINE = Duration.ofSeconds(10);
    private static final Duration UPLOAD_STALL = Duration.ofMinutes(2);
    private static final int MOST_PARALLEL = 1000;

    private final DaemonFlags flags = new DaemonFlags("sabakan-state-setter")
            .text("config-file", "", "configuration: machine types and schedule (YAML or JSON)")
            .text("etcd-session-ttl", "1m0s", "leader session's TTL")
            .text("interval", "1m0s", "time between looks at the machines")
            .text("parallel", "30", "how many machines are asked for metrics at a time")
            .text("sabakan-url", "http://localhost:10080", "where sabakan answers")
            .text("serf-address", "127.0.0.1:7373", "where the serf agent answers")
            .text("metrics-address", ":10090", "where own metrics are told to Prometheus; \"none\": nowhere")
            .text("etcd-config", HostPaths.NECO_CONFIG_FILE, "how to reach etcd")
            .option("dry-run", "look once, print what would be done, and exit");

    private final DaemonProgram program = new DaemonProgram("sabakan-state-setter", flags);

    /** What the flags say. */
    private record Options(
            SettingsFile.Read file,
            Duration timeToLive,
            Duration interval,
            int parallel,
            URI sabakan,
            SerfAgent serf) {}

    private Main() {}

    /**
     * Runs until SIGTERM or SIGINT. Exit status: 0 stopped by a signal, 1 cannot start or cannot go on because of a mistake, 2 wrong flag, 5
     * nobody reads the log.
     */
    public static void main(String[] args) {
        Main main = new Main();
        main.program.run(args, main::work);
    }

    private void work(PrintStream out) throws IOException, InterruptedException {
        Options options = options();
        options.file().warnings().forEach(LoggerFactory.getLogger(Main.class)::warn);
        if (flags.isSet("dry-run")) {
            dryRun(options, out);
        } else {
            serve(options, config());
        }
    }

    private Options options() throws IOException {
        Duration timeToLive = Duration.ofSeconds(duration("etcd-session-ttl").toSeconds());
        if (timeToLive.isZero()) {
            throw new IllegalArgumentException("wrong value of -etcd-session-ttl: it must be a second or more");
        }
        return new Options(
                SettingsFile.load(Path.of(flags.get("config-file"))),
                timeToLive,
                duration("interval"),
                parallel(),
                sabakan(),
                new SerfAgent(flags.get("serf-address"), SERF_DEADLINE));
    }

    private Duration duration(String flag) {
        Duration duration;
        try {
            duration = GoDuration.parse(flags.get(flag));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("wrong value of -" + flag + ": " + e.getMessage(), e);
        }
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("wrong value of -" + flag + ": it must be more than 0");
        }
        return duration;
    }

    private int parallel() {
        String text = flags.get("parallel");
        int parallel = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new IllegalArgumentException(
                    "wrong value of -parallel: it must be a number from 1 to " + MOST_PARALLEL + ", but it is " + text);
        }
        return parallel;
    }

    private URI sabakan() {
        String text = flags.get("sabakan-url").replaceFirst("/+$", "");
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("wrong value of -sabakan-url: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                "wrong value of -sabakan-url: it must be an address such as http://localhost:10080, but it is " + text);
    }

    private EtcdConfig config() throws IOException {
        String file = flags.get("etcd-config");
        if (file.equals(HostPaths.NECO_CONFIG_FILE)) {
            return NecoConfigFile.read(new HostFiles(HostRoot.system()));
        }
        try {
            return NecoConfigFile.parse(Files.readString(Path.of(file)), file);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + " (flag -etcd-config): " + Logging.describe(e), e);
        }
    }

    private static String user() {
        return System.getProperty("user.name", "sabakan-state-setter");
    }

    private static void dryRun(Options options, PrintStream out) throws IOException, InterruptedException {
        try (WebClient web = new HttpClients().local()) {
            Settings settings = options.file().settings();
            MachineStates states = new MachineStates(web, options.sabakan(), user());
            Inspector inspector = new Inspector(settings, new Scraper(web), options.parallel());
            new DryRun(settings, states, options.serf(), inspector).run(out, Clock.systemUTC());
        }
    }

    private void serve(Options options, EtcdConfig config) throws InterruptedException {
        Clock clock = Clock.systemUTC();
        OwnMetrics metrics = new OwnMetrics();
        Optional<MetricsServer> server = metricsServer(metrics);
        try (WebClient web = new HttpClients().local();
                EtcdStore store = Outage.awaitStore(config, clock)) {
            Settings settings = options.file().settings();
            MachineStates states = new MachineStates(web, options.sabakan(), user());
            SabakanClient sabakan = new SabakanClient(web, options.sabakan(), user(), UPLOAD_STALL);
            Neco neco = new Neco(new ProcessCommandRunner());
            StateChanges changes = new StateChanges(states, metrics);
            new StateSetter(
                            store,
                            Logging.hostName(),
                            options.timeToLive(),
                            options.interval(),
                            () -> new Round(
                                    settings,
                                    states,
                                    options.serf(),
                                    new Inspector(settings, new Scraper(web), options.parallel()),
                                    changes,
                                    new Retirement(sabakan, neco, changes, metrics),
                                    metrics,
                                    clock),
                            new Shutdown(states, neco, metrics),
                            settings.shutdown(),
                            metrics,
                            clock)
                    .run();
        } finally {
            server.ifPresent(MetricsServer::close);
        }
    }

    /** Metrics are worth nothing without the work they tell of: a port in use is no reason not to do it. */
    private Optional<MetricsServer> metricsServer(OwnMetrics metrics) {
        String address = flags.get("metrics-address");
        if (address.equals("none") || address.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MetricsServer.start(address, metrics));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("wrong value of -metrics-address: " + e.getMessage(), e);
        } catch (IOException e) {
            LoggerFactory.getLogger(Main.class)
                    .atWarn()
                    .addKeyValue("error", e)
                    .log("own metrics are not told to Prometheus (flag -metrics-address)");
            return Optional.empty();
        }
    }
}
