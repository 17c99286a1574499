package io.neco.cli;

import io.neco.sabakan.SabakanClient;
import io.neco.setup.HostNetwork;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco apply-firmware}; source: pkg/neco/cmd/apply-firmware.go at 1eec387, docs/fleet.md. */
@Command(
        description = {
            "Sends firmware updates to the BMCs of the selected machines, which apply them at the next start. Boot servers are",
            "left out. With --reboot it offers to reboot the machines afterwards, nodes by CKE's reboot queue, others at once."
        })
final class ApplyFirmwareCommand extends NodeProgramCommand {
    @Parameters(arity = "0..*", paramLabel = "UPDATER_FILE", description = "the updates, as their maker delivers them")
    private List<String> parameters = new ArrayList<>();

    @Option(names = "--reboot", description = "reboot the machines afterwards")
    private boolean isReboot;

    ApplyFirmwareCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL, HostNetwork.local());
    }

    ApplyFirmwareCommand(Surroundings surroundings, URI sabakan, HostNetwork network) {
        super(surroundings, sabakan, network);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        if (parameters.isEmpty()) {
            throw new UsageException("requires at least 1 arg(s), only received 0");
        }
        return apply(parameters, "setup-apply-firmware", isReboot);
    }
}
