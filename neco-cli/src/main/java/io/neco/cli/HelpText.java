package io.neco.cli;

import java.util.Map;
import java.util.TreeMap;

/** Help of {@code neco} and of its groups: made without the parser, streams and lambdas, so that it comes at once. */
final class HelpText {
    /** Global options as shown with every command. */
    static final String GLOBAL_OPTIONS = """
                  --logfile string     Log filename
                  --logformat string   Log format [plain,logfmt,json]
                  --loglevel string    Log level [critical,error,warning,info,debug]
            """;

    private HelpText() {}

    /** The help of a group. */
    static String of(Invocation invocation) {
        CommandNode node = invocation.node();
        boolean isRoot = invocation.path().isEmpty();
        String name = invocation.qualifiedName();
        StringBuilder text = new StringBuilder(node.help()).append("\n\n");
        text.append("Usage:\n  ").append(name).append(" [command]\n\n");
        text.append("Available Commands:\n");
        TreeMap<String, String> rows = new TreeMap<>();
        for (CommandNode child : node.children()) {
            rows.put(child.name(), child.help());
        }
        if (isRoot) {
            rows.put("help", "Help about any command");
        }
        int width = 0;
        for (Map.Entry<String, String> row : rows.entrySet()) {
            width = Math.max(width, row.getKey().length());
        }
        for (Map.Entry<String, String> row : rows.entrySet()) {
            text.append("  ")
                    .append(row.getKey())
                    .append(" ".repeat(width - row.getKey().length() + 1))
                    .append(row.getValue())
                    .append('\n');
        }
        text.append("\nFlags:\n  -h, --help               help for ")
                .append(isRoot ? "neco" : node.name())
                .append('\n');
        if (isRoot) {
            text.append(GLOBAL_OPTIONS).append("      --version            show the version and exit\n");
        } else {
            text.append("\nGlobal Flags:\n").append(GLOBAL_OPTIONS);
        }
        return text.append("\nUse \"")
                .append(name)
                .append(" [command] --help\" for more information about a command.\n")
                .toString();
    }
}
