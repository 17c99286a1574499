package io.neco.worker;

import io.neco.container.ContainerRuntime;
import io.neco.container.RegistryCredentials;
import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.Identity;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.log.DaemonFlags;
import io.neco.log.Logging;
import io.neco.release.PackageDownloader;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.UpdateRequest;
import io.neco.worker.plan.PlanReport;
import io.neco.worker.plan.Rehearsal;
import io.neco.worker.step.Settings;
import io.neco.worker.step.UpdatePlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.TreeSet;

/** {@code neco-worker -plan}: shows what an update to this version would change on this host. */
final class PlanCommand {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final DaemonFlags flags;
    private final HostFiles files;
    private final CommandRunner commands;
    private final PrintStream out;
    private final PrintStream err;

    PlanCommand(DaemonFlags flags, HostFiles files, CommandRunner commands, PrintStream out, PrintStream err) {
        this.flags = flags;
        this.files = files;
        this.commands = commands;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit status. */
    int run() {
        String output = flags.get("output");
        if (!output.equals("text") && !output.equals("json")) {
            err.println("invalid value \"" + output + "\" for -output: text or json");
            return USAGE;
        }
        flags.configureLogging("error");
        try {
            PlanReport report = report();
            out.print(output.equals("json") ? report.json() : report.text());
            return SUCCESS;
        } catch (InterruptedException e) {
            err.println("interrupted");
            return FAILURE;
        } catch (IOException | StoreException e) {
            err.println("cannot make a plan: " + Logging.describe(e));
            return FAILURE;
        }
    }

    private PlanReport report() throws IOException, InterruptedException {
        int lrn = new Identity(files).logicalRackNumber();
        Site site = Site.load(files.root());
        Clock clock = Clock.systemUTC();
        CurrentSettings current = new CurrentSettings();
        RegistryCredentials credentials = new RegistryCredentials(files, current::quay);
        try (NecoStore store = new FileStoreLink(files, flags.get("config")).open();
                ContainerRuntime containers =
                        new ContainerRuntime(Path.of(ContainerRuntime.SOCKET), files, site, credentials)) {
            TreeSet<Integer> servers = new TreeSet<>(store.snapshot().servers());
            servers.add(lrn);
            UpdateRequest request = new UpdateRequest(
                    Main.version(files, commands), List.copyOf(servers), false, OffsetDateTime.now(clock));
            PackageDownloader downloader = new PackageDownloader(new HttpClients(), site.releaseApi(), clock);
            Rehearsal rehearsal = new Rehearsal(Main.host(lrn, files, commands, site, containers, downloader), store);
            return new PlanReport(
                    request.version(),
                    lrn,
                    request.servers(),
                    rehearsal.run(UpdatePlan.ofThisRelease(), request, Settings.read(store)));
        }
    }
}
