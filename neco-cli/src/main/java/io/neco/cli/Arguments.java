package io.neco.cli;

import java.util.List;

/** Counts parameters, with the reference's words. */
final class Arguments {
    private Arguments() {}

    /** The only parameter. */
    static String one(List<String> parameters) {
        exactly(1, parameters);
        return parameters.get(0);
    }

    /** Refuses any other number than {@code count}. */
    static void exactly(int count, List<String> parameters) {
        if (parameters.size() != count) {
            throw new UsageException("accepts " + count + " arg(s), received " + parameters.size());
        }
    }
}
