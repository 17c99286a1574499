package io.neco.cli;

import io.neco.cke.Ckecli;
import io.neco.fleet.Fleet;
import io.neco.fleet.MachineResult;
import io.neco.fleet.Reboot;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code neco reboot-worker}; source: pkg/neco/cmd/reboot_worker.go at 1eec387, docs/fleet.md. */
@Command(
        description = {
            "Reboots all machines that are selected and are no boot servers. Nodes of the Kubernetes cluster are given to CKE's",
            "reboot queue, which lets their pods leave first; the others are reset at once. What is switched off stays so."
        })
final class RebootWorkerCommand implements LoggingCommand {
    /** The beginning of the message when some machines could not be rebooted. */
    static final String FAILURE = "failed to reboot on some nodes";

    private final Surroundings surroundings;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> parameters = new ArrayList<>();

    @Mixin
    private final MachineSelectors selectors = new MachineSelectors();

    @Mixin
    private final ParallelOption parallel = new ParallelOption();

    @Mixin
    private final FleetOutput output;

    @Mixin
    private final FleetOptions options;

    RebootWorkerCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL);
    }

    RebootWorkerCommand(Surroundings surroundings, URI sabakan) {
        this.surroundings = surroundings;
        this.options = new FleetOptions(surroundings, sabakan);
        this.output = new FleetOutput(surroundings);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        if (!parameters.isEmpty()) {
            throw Arguments.wrongNumber(0, parameters.size());
        }
        output.check(true);
        int most = parallel.number();
        try (Fleet fleet = options.open()) {
            List<Machine> machines = fleet.selectNodes(selectors.query());
            if (machines.isEmpty()) {
                output.text("only boot servers are selected; nothing to do");
            } else if (!isAgreed(machines)) {
                return ExitCode.OK;
            }
            List<MachineResult> results = machines.isEmpty()
                    ? List.of()
                    : new Reboot(fleet, new Ckecli(surroundings.commands()), most, output::told).run(machines);
            output.document(FleetOutput.document(results));
            FleetOutput.orThrow(FAILURE, results);
            return ExitCode.OK;
        }
    }

    /** Two questions, as scripts of the reference's users answer two. */
    private boolean isAgreed(List<Machine> machines) throws IOException, InterruptedException {
        Consent consent = output.consent();
        consent.show(machines);
        consent.say("WARNING: this command reboots these " + machines.size()
                + " machines and may cause system instability.");
        if (!consent.ask("Continue? [y/N]: ", Consent.NOTHING_DONE)) {
            return false;
        }
        consent.say("WARNING: rebooting starts immediately after this question.");
        return consent.ask("Continue? [y/N]: ", Consent.NOTHING_DONE);
    }
}
