package io.neco.cli;

import java.util.List;

/** Counts parameters, with the reference's words. */
final class Arguments {
    private Arguments() {}

    /** The only parameter. */
    static String one(List<String> parameters) {
        if (parameters.size() != 1) {
            throw wrongNumber(1, parameters.size());
        }
        return parameters.get(0);
    }

    /** There are more or fewer than there should be. */
    static UsageException wrongNumber(int expected, int actual) {
        return new UsageException("accepts " + expected + " arg(s), received " + actual);
    }
}
