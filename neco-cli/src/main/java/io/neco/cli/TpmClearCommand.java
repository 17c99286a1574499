package io.neco.cli;

import io.neco.fleet.Fleet;
import io.neco.fleet.TpmClear;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco tpm clear}; source: pkg/neco/cmd/tpm_clear.go at 1eec387, docs/fleet.md. */
@Command(
        description = {
            "Makes what a retiring machine has encrypted unreadable: has its BMC clear the TPM at the next start, and starts it.",
            "Where that is not possible (virtual machines, TPM 1.2) the machine is switched off. Run by sabakan-state-setter."
        })
final class TpmClearCommand implements LoggingCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "SERIAL|IP", description = "serial number or address of the machine")
    private List<String> parameters = new ArrayList<>();

    @Option(names = "--force", description = "do it; without this flag nothing is done")
    private boolean isForced;

    @Mixin
    private final FleetOptions options;

    TpmClearCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL);
    }

    TpmClearCommand(Surroundings surroundings, URI sabakan) {
        this.surroundings = surroundings;
        this.options = new FleetOptions(surroundings, sabakan);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        String name = Arguments.one(parameters);
        if (!isForced) {
            throw new IOException("use --force explicitly: what the machine has encrypted is lost then");
        }
        try (Fleet fleet = options.open()) {
            String said = new TpmClear(fleet).run(fleet.find(name));
            if (!said.isEmpty()) {
                surroundings.out().println(said);
            }
            return ExitCode.OK;
        }
    }
}
