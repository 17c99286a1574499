package io.neco.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
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
        CommandLine root = parser(CommandTree.ROOT, new ArrayList<>());
        root.getCommandSpec().name("neco");
        surroundings.out().print(AutoComplete.bash("neco", root));
        return ExitCode.OK;
    }

    /** The parser of a command or, unlike {@link Neco}'s, of a whole group. */
    private CommandLine parser(CommandNode node, List<String> path) {
        Invocation invocation = new Invocation(List.copyOf(path), node, List.of(), false);
        if (!node.isGroup()) {
            return Parsers.of(node.maker().orElseThrow().apply(surroundings), new GlobalOptions(), invocation);
        }
        CommandLine group = new CommandLine(CommandLine.Model.CommandSpec.create());
        for (CommandNode child : node.children()) {
            path.add(child.name());
            group.addSubcommand(child.name(), parser(child, path));
            path.remove(path.size() - 1);
        }
        return group;
    }
}
