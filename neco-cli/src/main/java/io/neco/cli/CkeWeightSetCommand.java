package io.neco.cli;

import io.neco.cke.Weights;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco cke weight set}; source: pkg/neco/cmd/cke_weight_set.go at 1eec387. */
@Command(
        description = {
            "Stores how many nodes of a role CKE takes in proportion to the other roles. Takes effect with the next",
            "`neco cke update` or update. A role that the cluster template does not have is ignored then."
        })
final class CkeWeightSetCommand implements NecoCommand {
    private static final int COUNT = 2;

    private final Surroundings surroundings;

    @Parameters(
            arity = "0..*",
            paramLabel = "ROLE WEIGHT",
            hideParamSyntax = true,
            description = "role of nodes, e.g. cs, and a number, e.g. 18")
    private List<String> parameters = new ArrayList<>();

    CkeWeightSetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        if (parameters.size() != COUNT) {
            throw Arguments.wrongNumber(COUNT, parameters.size());
        }
        double weight = Weights.parse(parameters.get(1));
        try (NecoStore store = surroundings.cluster().open()) {
            store.putCkeWeight(parameters.get(0), weight);
            return ExitCode.OK;
        }
    }
}
