package io.neco.cli;

import io.neco.store.CkeWeights;
import io.neco.store.NecoReader;
import java.io.IOException;
import java.util.SortedMap;
import picocli.CommandLine.Command;

/** {@code neco cke weight list}; source: pkg/neco/cmd/cke_weight_list.go at 1eec387. */
@Command(description = "Shows the weights of all roles that have one, as JSON, e.g. {\"cs\":18,\"ss\":10}.")
final class CkeWeightListCommand implements NecoCommand {
    private final Surroundings surroundings;

    CkeWeightListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        surroundings.out().println(CkeWeights.toJson(stored(surroundings)));
        return ExitCode.OK;
    }

    /** The weights, or an error that tells what their absence means. */
    static SortedMap<String, Double> stored(Surroundings surroundings) throws IOException {
        try (NecoReader reader = surroundings.cluster().read()) {
            return reader.ckeWeights()
                    .orElseThrow(() -> new IOException("not found: no weight is set, so that the cluster template's own"
                            + " ones are used (`neco cke weight set ROLE WEIGHT`)"));
        }
    }
}
