package io.neco.cli;

import io.neco.sabakan.SabakanClient;
import io.neco.setup.HostNetwork;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco isoreboot}; source: pkg/neco/cmd/isoreboot.go at 1eec387, docs/fleet.md. */
@Command(
        description = {
            "Has the BMCs of the selected machines insert an ISO image as a virtual DVD, from which the next start boots, and",
            "offers to reboot them. Boot servers are left out. Nodes are rebooted by CKE's reboot queue, other machines at once."
        })
final class IsorebootCommand extends NodeProgramCommand {
    @Parameters(arity = "0..*", paramLabel = "ISO_FILE", description = "the image")
    private List<String> parameters = new ArrayList<>();

    IsorebootCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL, HostNetwork.local());
    }

    IsorebootCommand(Surroundings surroundings, URI sabakan, HostNetwork network) {
        super(surroundings, sabakan, network);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        return apply(List.of(Arguments.one(parameters)), "setup-isoreboot", true);
    }
}
