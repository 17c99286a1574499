package io.neco.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Makes the parser of one command. */
final class Parsers {
    private Parsers() {}

    static CommandLine of(NecoCommand command, GlobalOptions globals, Invocation invocation) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        spec.name(invocation.qualifiedName());
        spec.addMixin("globals", CommandSpec.forAnnotatedObject(globals));
        spec.mixinStandardHelpOptions(false);
        spec.addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .order(99)
                .description("help for " + invocation.node().name())
                .build());
        String arguments = invocation.node().arguments();
        spec.usageMessage()
                .headerHeading("")
                .header(invocation.node().help())
                .synopsisHeading("%nUsage:%n  ")
                .customSynopsis(invocation.qualifiedName() + (arguments.isEmpty() ? "" : " " + arguments) + " [flags]"
                        + aliases(invocation.node()))
                .descriptionHeading("%n")
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nFlags:%n")
                .sortOptions(true)
                .width(120);
        CommandLine parser = new CommandLine(spec);
        parser.setUsageHelpAutoWidth(false);
        parser.setExpandAtFiles(false);
        // the last one counts, as with the reference: aliases and scripts give some, their callers others
        parser.setOverwrittenOptionsAllowed(true);
        return parser;
    }

    private static String aliases(CommandNode node) {
        return node.aliases().isEmpty()
                ? ""
                : "%n%nAliases:%n  " + node.name() + ", " + String.join(", ", node.aliases());
    }
}
