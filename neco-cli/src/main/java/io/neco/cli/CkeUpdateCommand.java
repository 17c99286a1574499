package io.neco.cli;

import io.neco.artifact.ArtifactSet;
import io.neco.cke.CkeContents;
import io.neco.store.NecoReader;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code neco cke update}; source: pkg/neco/cmd/cke_update.go at 1eec387. */
@Command(
        description = {
            "Gives this release's cluster template to CKE, with the cluster's name and the weights of `neco cke weight`.",
            "An update does the same by itself; run this after a change of weights."
        })
final class CkeUpdateCommand implements LoggingCommand {
    private final Surroundings surroundings;

    CkeUpdateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        try (NecoReader reader = surroundings.cluster().read()) {
            new CkeContents(surroundings.files(), surroundings.commands(), ArtifactSet.builtIn()).setTemplate(reader);
            return ExitCode.OK;
        }
    }
}
