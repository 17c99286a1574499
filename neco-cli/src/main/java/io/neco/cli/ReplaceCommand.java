package io.neco.cli;

import io.neco.host.BootServer;
import io.neco.host.Identity;
import io.neco.host.Site;
import io.neco.setup.Departure;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco replace}, which the reference does not have; see docs/life.md. */
@Command(
        description = {
            "Removes a lost boot server, so that it can join again with `neco join` after it was reinstalled. Run it on one of",
            "the others. Refused while its etcd answers, and where etcd would lose its majority by that."
        })
final class ReplaceCommand implements LoggingCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "LRN", description = "logical rack number of the lost server")
    private List<String> parameters = new ArrayList<>();

    ReplaceCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        int lrn = LeaveCommand.number(parameters);
        int me = new Identity(surroundings.files()).logicalRackNumber();
        String peerUrl = new BootServer(Site.load(surroundings.root())).etcdPeerUrl(lrn);
        try (NecoStore store = surroundings.cluster().open()) {
            new Departure(store).replace(me, lrn, peerUrl).forEach(surroundings.out()::println);
            return ExitCode.OK;
        }
    }
}
