package io.neco.cli;

import io.neco.setup.BootProgram;
import java.util.List;

/** Names of programs on the command line. */
final class Programs {
    private Programs() {}

    /** The only parameter, with the reference's words when it is not. */
    static String only(List<String> parameters) {
        if (parameters.size() != 1) {
            throw new UsageException("expected exact one argument");
        }
        return parameters.get(0);
    }

    /**
     * The program called {@code name}.
     *
     * @param known what is listed when there is no such program
     * @throws IllegalArgumentException {@code unknown service name: NAME (known: ...)}
     */
    static BootProgram find(String name, List<String> known) {
        return BootProgram.find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown service name: " + name + " (known: " + String.join(", ", known) + ")"));
    }
}
