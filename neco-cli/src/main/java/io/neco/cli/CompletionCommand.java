package io.neco.cli;

import picocli.CommandLine.Command;

/** {@code neco completion}; source: pkg/neco/cmd/completion.go at 1eec387. Needs no configuration: the package's build runs it. */
@Command(description = "Prints a script for bash. To use it: source <(neco completion)")
final class CompletionCommand implements NecoCommand {
    private final Surroundings surroundings;

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() {
        surroundings.out().print(new CompletionScript(surroundings));
        return ExitCode.OK;
    }
}
