package io.neco.cli;

import io.neco.cke.Ckecli;
import io.neco.fleet.Fleet;
import io.neco.fleet.MachineResult;
import io.neco.fleet.NodeProgram;
import io.neco.fleet.Reboot;
import io.neco.sabakan.Machine;
import io.neco.setup.HostNetwork;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code isoreboot} and {@code apply-firmware} have in common; source: pkg/neco/cmd/apply-firmware.go at 1eec387. */
abstract class NodeProgramCommand implements LoggingCommand {
    private final Surroundings surroundings;
    private final HostNetwork network;

    @Mixin
    private final MachineSelectors selectors = new MachineSelectors();

    @Mixin
    private final ParallelOption parallel = new ParallelOption();

    @Mixin
    private final FleetOutput output;

    @Mixin
    private final FleetOptions options;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "how long it may take on a machine, e.g. 1h (default 30m)")
    private String timeout = "30m";

    NodeProgramCommand(Surroundings surroundings, URI sabakan, HostNetwork network) {
        this.surroundings = surroundings;
        this.network = network;
        this.options = new FleetOptions(surroundings, sabakan);
        this.output = new FleetOutput(surroundings);
    }

    /**
     * Brings files to the machines, runs a program there, and reboots those where it succeeded.
     *
     * @param files as given
     * @param program its name in the nodes' container setup-hw
     * @param isReboot whether to reboot, after a question
     */
    int apply(List<String> files, String program, boolean isReboot) throws IOException, InterruptedException {
        output.check(true);
        int most = parallel.number();
        Duration deadline = TimeLimit.parse("--timeout", timeout);
        Ckecli ckecli = new Ckecli(surroundings.commands());
        try (Fleet fleet = options.open()) {
            NodeProgram work = new NodeProgram(fleet.sabakan(), ckecli, network, files);
            List<Machine> machines = fleet.selectNodes(selectors.query());
            output.text("Applying to " + machines.size() + " machines.");
            Consent consent = output.consent();
            consent.show(machines);
            if (machines.isEmpty()
                    || !consent.ask("run " + program + " on these machines? [y/N]: ", Consent.NOTHING_DONE)) {
                return ExitCode.OK;
            }
            List<MachineResult> applied = work.run(program, work.upload(), machines, most, deadline, output::told);
            summary(applied);
            Map<String, Object> document = FleetOutput.document(applied);
            List<Machine> succeeded = applied.stream()
                    .filter(result -> !result.isFailed())
                    .map(MachineResult::machine)
                    .toList();
            String done = FleetOutput.failure(program + " failed", applied).orElse(program + " has run on all of them");
            List<MachineResult> rebooted = List.of();
            if (isReboot
                    && !succeeded.isEmpty()
                    && consent.ask("reboot succeeded machines? ([y]es/[N]o): ", done + "; no machine was rebooted")) {
                rebooted = new Reboot(fleet, ckecli, most, output::told).run(succeeded);
                document.put("reboot", FleetOutput.document(rebooted));
            }
            output.document(document);
            FleetOutput.orThrow(program + " failed", applied);
            FleetOutput.orThrow(RebootWorkerCommand.FAILURE, rebooted);
            return ExitCode.OK;
        }
    }

    /** The reference's. */
    private void summary(List<MachineResult> results) {
        Map<Boolean, List<String>> addresses = results.stream()
                .collect(Collectors.partitioningBy(
                        MachineResult::isFailed,
                        Collectors.mapping(
                                result -> MachineResult.address(result.machine()),
                                Collectors.collectingAndThen(
                                        Collectors.toList(),
                                        list -> list.stream().sorted().toList()))));
        output.text("\nTotal:     " + results.size());
        output.text("Succeeded: " + listed(addresses.getOrDefault(false, List.of())));
        output.text("Failed:    " + listed(addresses.getOrDefault(true, List.of())) + "\n");
    }

    private static String listed(List<String> addresses) {
        return addresses.size() + " [" + String.join(" ", addresses) + "]";
    }
}
