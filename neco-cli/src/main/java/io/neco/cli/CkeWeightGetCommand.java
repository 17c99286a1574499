package io.neco.cli;

import io.neco.cke.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco cke weight get}; source: pkg/neco/cmd/cke_weight_get.go at 1eec387. */
@Command(description = "Shows the weight of a role.")
final class CkeWeightGetCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Parameters(arity = "0..*", paramLabel = "ROLE", description = "role of nodes, e.g. cs")
    private List<String> parameters = new ArrayList<>();

    CkeWeightGetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        String role = Arguments.one(parameters);
        SortedMap<String, Double> weights = CkeWeightListCommand.stored(surroundings);
        Double weight = weights.get(role);
        if (weight == null) {
            throw new IOException(
                    "no such weight found for role " + role + " (set: " + String.join(", ", weights.keySet()) + ")");
        }
        surroundings.out().println(Weights.shown(weight));
        return ExitCode.OK;
    }
}
