package io.neco.cli;

import io.neco.setup.Departure;
import io.neco.setup.RackNumbers;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco leave}; source: pkg/neco/cmd/leave.go at 1eec387, docs/life.md. */
@Command(
        description = {
            "Unregisters a boot server. The updater then lets the others walk the steps without it, and its member of etcd is",
            "removed at the end. Refused where etcd would lose its majority by that."
        })
final class LeaveCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "LRN", description = "logical rack number of the server")
    private List<String> parameters = new ArrayList<>();

    @Option(names = "--force", description = "even if fewer than three servers are left")
    private boolean isForced;

    LeaveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        int lrn = number(parameters);
        try (NecoStore store = surroundings.cluster().open()) {
            new Departure(store).leave(lrn, isForced).forEach(surroundings.out()::println);
            return ExitCode.OK;
        }
    }

    /** The only parameter. */
    static int number(List<String> parameters) {
        String text = Programs.only(parameters);
        try {
            return RackNumbers.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
