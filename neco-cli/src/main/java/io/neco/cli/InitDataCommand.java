package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.cke.CkeContents;
import io.neco.container.ContainerRuntime;
import io.neco.container.RegistryCredential;
import io.neco.contents.ContentsAccess;
import io.neco.contents.Netboot;
import io.neco.contents.NetbootContents;
import io.neco.contents.Parallel;
import io.neco.contents.Progress;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.store.ConfigKey;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco init-data}; source: pkg/neco/cmd/init_data.go at 1eec387, docs/sabakan.md. */
@Command(
        description = {
            "Fills sabakan and CKE of a new cluster with what this release has for them: the nodes' operating system, container",
            "images, programs and ignition templates, DHCP settings, the cluster template and Kubernetes resources. Run it on one",
            "boot server after `neco init` and `neco init-local` of sabakan and cke. May be repeated: what is there already is",
            "left alone."
        })
final class InitDataCommand implements LoggingCommand {
    private final Surroundings surroundings;
    private final Access access;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> ignored = List.of();

    @Option(names = "--ignitions-only", description = "upload nothing but the ignition templates")
    private boolean isIgnitionsOnly;

    @Option(names = "--update-resources-only", description = "give CKE nothing but Kubernetes resources")
    private boolean isResourcesOnly;

    /** How contents and sabakan are reached. */
    @FunctionalInterface
    interface Access {
        ContentsAccess open(Optional<String> proxy, Optional<RegistryCredential> quay) throws IOException;
    }

    InitDataCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.access = this::openReal;
    }

    InitDataCommand(Surroundings surroundings, Access access) {
        this.surroundings = surroundings;
        this.access = access;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        String version = version();
        try (NecoStore store = surroundings.cluster().open();
                ProgressBoard board = new ProgressBoard(
                        surroundings.out(), surroundings.isTerminal(), TerminalSize.of(surroundings));
                Netboot contents = new NetbootContents(access.open(store.proxy(), quay(store)), board)) {
            Parallel.Task resources = () -> told(board, "Kubernetes resources", () -> cke().setResources(store));
            if (isIgnitionsOnly) {
                contents.uploadIgnitions(store, version);
            } else if (isResourcesOnly) {
                resources.run();
            } else {
                List<Parallel.Task> tasks = List.of(
                        () -> contents.uploadAll(store, version),
                        contents::uploadCkeImages,
                        contents::setDhcp,
                        () -> told(board, "cluster template", () -> cke().setTemplate(store)),
                        resources);
                Parallel.run("init-data", tasks.size(), tasks);
            }
            return ExitCode.OK;
        }
    }

    /** What is given to CKE. */
    private interface Gift {
        Object give() throws IOException, InterruptedException;
    }

    private static void told(Progress progress, String what, Gift gift) throws IOException, InterruptedException {
        Progress.Item item = progress.begin(what);
        String outcome = "failed";
        try {
            gift.give();
            outcome = "given to CKE";
        } catch (IOException e) {
            throw new IOException("cannot give CKE its " + what + ": " + e.getMessage(), e);
        } finally {
            item.ended(outcome);
        }
    }

    private String version() throws IOException, InterruptedException {
        Optional<String> own = surroundings
                .files()
                .readIfExists(Neco.VERSION_FILE)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
        return own.isPresent() ? own.get() : new Dpkg(surroundings.commands()).installedVersion("neco");
    }

    private CkeContents cke() {
        return new CkeContents(surroundings.files(), commands(), ArtifactSet.builtIn());
    }

    /** Log lines of commands would tear the bars apart. */
    private CommandRunner commands() {
        CommandRunner all = surroundings.commands();
        return surroundings.isTerminal() ? command -> all.run(command.silent()) : all;
    }

    private ContentsAccess openReal(Optional<String> proxy, Optional<RegistryCredential> quay) throws IOException {
        HostFiles files = surroundings.files();
        Site site = Site.load(surroundings.root());
        return ContentsAccess.open(
                files,
                commands(),
                site,
                ArtifactSet.builtIn(),
                image -> ContainerRuntime.fullName(image, files, site),
                new HttpClients(),
                proxy,
                quay);
    }

    private static Optional<RegistryCredential> quay(NecoReader store) {
        return setting(store, ConfigKey.QUAY_USERNAME)
                .flatMap(user -> setting(store, ConfigKey.QUAY_PASSWORD)
                        .map(password -> new RegistryCredential(user, password)));
    }

    private static Optional<String> setting(NecoReader store, ConfigKey key) {
        return store.config(key).map(String::strip).filter(text -> !text.isEmpty());
    }
}
