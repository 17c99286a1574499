package io.neco.cli;

import io.neco.fleet.Fleet;
import io.neco.fleet.MachineResult;
import io.neco.fleet.MachineWork;
import io.neco.fleet.PowerAction;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code neco power}; source: pkg/neco/cmd/power.go at 1eec387, docs/fleet.md. */
@Command(
        description = {
            "Switches a machine through its BMC: start, stop (at once), restart (at once) or status. The machine is named by its",
            "serial number or one of its addresses. Instead of one machine, selectors may name several; boot servers among them",
            "are only asked for their status."
        })
final class PowerCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..*",
            paramLabel = "ACTION SERIAL|IP",
            completionCandidates = PowerWords.class,
            description = "start, stop, restart or status; the machine")
    private List<String> parameters = new ArrayList<>();

    @Mixin
    private final MachineSelectors selectors = new MachineSelectors();

    @Mixin
    private final ParallelOption parallel = new ParallelOption();

    @Mixin
    private final FleetOutput output;

    @Mixin
    private final FleetOptions options;

    PowerCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL);
    }

    PowerCommand(Surroundings surroundings, URI sabakan) {
        this.surroundings = surroundings;
        this.options = new FleetOptions(surroundings, sabakan);
        this.output = new FleetOutput(surroundings);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        boolean isMany = selectors.areGiven();
        if (parameters.size() != (isMany ? 1 : 2)) {
            if (isMany && parameters.size() == 2) {
                throw new UsageException("give either a machine or selectors, but not both");
            }
            throw Arguments.wrongNumber(isMany ? 1 : 2, parameters.size());
        }
        PowerAction action = PowerAction.of(parameters.get(0));
        try (Fleet fleet = options.open()) {
            return isMany ? runMany(fleet, action) : runOne(fleet, action);
        }
    }

    private int runOne(Fleet fleet, PowerAction action) throws IOException, InterruptedException {
        output.check(false);
        Machine machine = fleet.find(parameters.get(1));
        MachineResult result = switched(fleet, action, machine);
        if (!output.isJson()) {
            surroundings.out().println(result.message());
        }
        output.document(FleetOutput.document(List.of(result)));
        return ExitCode.OK;
    }

    private int runMany(Fleet fleet, PowerAction action) throws IOException, InterruptedException {
        boolean isQuestion = action == PowerAction.STATUS;
        output.check(!isQuestion);
        int most = parallel.number();
        List<Machine> machines = isQuestion ? fleet.select(selectors.query()) : fleet.selectNodes(selectors.query());
        if (machines.isEmpty()) {
            output.text("only boot servers are selected; nothing to do");
        } else if (!isQuestion) {
            Consent consent = output.consent();
            consent.show(machines);
            if (!consent.ask(
                    "power " + action.word() + " " + machines.size() + " machines? [y/N]: ", Consent.NOTHING_DONE)) {
                return ExitCode.OK;
            }
        }
        fleet.prepareControllers();
        List<MachineResult> results =
                MachineWork.run(machines, most, machine -> switched(fleet, action, machine), output::told);
        output.document(FleetOutput.document(results));
        FleetOutput.orThrow("power " + action.word() + " failed", results);
        return ExitCode.OK;
    }

    private static MachineResult switched(Fleet fleet, PowerAction action, Machine machine)
            throws IOException, InterruptedException {
        return MachineResult.ok(machine, action.run(fleet.controller(machine, Fleet.ORDER_DEADLINE)));
    }
}
