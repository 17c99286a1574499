package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.container.ContainerRuntime;
import io.neco.host.CommandRunner;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.ProcessCommandRunner;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.log.Logging;
import io.neco.setup.DockerTools;
import io.neco.setup.HostNetwork;
import io.neco.setup.Setup;
import io.neco.setup.SetupHost;
import io.neco.setup.SetupRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco setup}; source: pkg/neco/cmd/setup.go at 1eec387, docs/setup.md. */
@Command(
        description =
                "Installs etcd and Vault on the given boot servers. Run it on all of them at the same time, as root.")
final class SetupCommand implements LoggingCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "LRN", description = "logical rack numbers of all boot servers")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--no-revoke",
            description = "keep Vault's root token in etcd, to make an administrator with; then revoke it")
    private boolean isNoRevoke;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description =
                    "HTTP proxy of the boot servers; stored as the setting `proxy`. Docker's own proxy is not touched")
    private String proxy = "";

    @Option(
            names = "--start-over",
            description =
                    "remove what a setup that failed has left on this host, and begin anew; refused where a setup was"
                            + " completed or etcd runs")
    private boolean isStartOver;

    SetupCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        SetupRequest request;
        try {
            request = SetupRequest.of(parameters, isNoRevoke, proxy, isStartOver);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        HostFiles files = surroundings.files();
        Site site = Site.load(surroundings.root());
        CommandRunner commands = new ProcessCommandRunner();
        try (ContainerRuntime docker = ContainerRuntime.local(files, site)) {
            new Setup(
                            new SetupHost(
                                    files,
                                    commands,
                                    new Systemd(commands),
                                    new Dpkg(commands),
                                    new DockerTools(docker),
                                    HostNetwork.local(),
                                    ArtifactSet.builtIn(),
                                    site,
                                    Logging.hostName(),
                                    surroundings.clock()),
                            request,
                            surroundings.environment())
                    .run();
            return ExitCode.OK;
        }
    }
}
