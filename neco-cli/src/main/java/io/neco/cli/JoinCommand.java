package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.container.ContainerRuntime;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.log.Logging;
import io.neco.setup.DockerTools;
import io.neco.setup.HostNetwork;
import io.neco.setup.Join;
import io.neco.setup.Privileges;
import io.neco.setup.RackNumbers;
import io.neco.setup.SetupHost;
import io.neco.store.EtcdStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco join}; source: pkg/neco/cmd/join.go at 1eec387, docs/life.md. */
@Command(
        description = {
            "Brings this server into a running cluster, as root. LRN are servers that are in it already; one that answers is",
            "enough. Before, copy /usr/local/share/ca-certificates/neco.crt from one of them to this host.",
            "Vault is used with the token of the environment variable VAULT_TOKEN; without it, name and password of Vault's",
            "userpass method are asked for. May be repeated after a failure."
        })
final class JoinCommand implements LoggingCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "LRN", description = "logical rack numbers of servers of the cluster")
    private List<String> parameters = new ArrayList<>();

    JoinCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        if (parameters.isEmpty()) {
            throw new UsageException("at least one LRN must be specified");
        }
        List<Integer> lrns;
        try {
            lrns = RackNumbers.parseAll(parameters);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        Privileges.requireRoot(surroundings.root(), "neco join must be run as root");
        HostFiles files = surroundings.files();
        Site site = Site.load(surroundings.root());
        try (ContainerRuntime docker = ContainerRuntime.local(files, site)) {
            new Join(
                            new SetupHost(
                                    files,
                                    surroundings.commands(),
                                    new Systemd(surroundings.commands(), files),
                                    new Dpkg(surroundings.commands()),
                                    new DockerTools(docker),
                                    HostNetwork.local(),
                                    ArtifactSet.builtIn(),
                                    site,
                                    Logging.hostName(),
                                    surroundings.clock()),
                            lrns,
                            new VaultAccess(surroundings),
                            EtcdStore::open)
                    .run();
            return ExitCode.OK;
        }
    }
}
