package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.container.ContainerRuntime;
import io.neco.host.Dpkg;
import io.neco.host.HostFiles;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.log.Logging;
import io.neco.setup.DockerTools;
import io.neco.setup.EtcdRestore;
import io.neco.setup.HostNetwork;
import io.neco.setup.Privileges;
import io.neco.setup.RackNumbers;
import io.neco.setup.SetupHost;
import io.neco.store.EtcdStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco etcd restore}, which the reference does not have; see docs/restore.md. */
@Command(
        description = {
            "Brings etcd back from a snapshot after all its members were lost, as root. Copy one snapshot, e.g. the newest of",
            "/var/lib/etcd-backup, to all boot servers, and run this on all of them at the same time. FILE may be packed (.tar.gz).",
            "The members are those of /etc/etcd/etcd.conf.yml. May be repeated after a failure."
        })
final class EtcdRestoreCommand implements LoggingCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "the snapshot")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--members",
            paramLabel = "LRN,LRN,LRN",
            description = "logical rack numbers of all boot servers, if etcd.conf.yml is lost or has others")
    private List<String> members = new ArrayList<>();

    @Option(names = "--force", description = "even if etcd of this server has data: stop it and set the data aside")
    private boolean isForced;

    EtcdRestoreCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        Path snapshot = Path.of(Arguments.one(parameters)).toAbsolutePath();
        List<Integer> lrns = lrns();
        Privileges.requireRoot(surroundings.root(), "neco etcd restore must be run as root");
        HostFiles files = surroundings.files();
        Site site = Site.load(surroundings.root());
        try (ContainerRuntime docker = ContainerRuntime.local(files, site)) {
            SetupHost host = new SetupHost(
                    files,
                    surroundings.commands(),
                    new Systemd(surroundings.commands(), files),
                    new Dpkg(surroundings.commands()),
                    new DockerTools(docker),
                    HostNetwork.local(),
                    ArtifactSet.builtIn(),
                    site,
                    Logging.hostName(),
                    surroundings.clock());
            new EtcdRestore(host, EtcdStore::open).run(new EtcdRestore.Order(snapshot, lrns, isForced), line -> {
                surroundings.out().println(line);
                surroundings.out().flush();
            });
            return ExitCode.OK;
        }
    }

    private List<Integer> lrns() {
        List<String> numbers = new ArrayList<>();
        members.forEach(part -> numbers.addAll(List.of(part.split(",", -1))));
        try {
            return numbers.isEmpty() ? List.of() : RackNumbers.parseAll(numbers);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--members: " + e.getMessage());
        }
    }
}
