package io.neco.cli;

import java.util.ArrayList;
import java.util.List;

/** Help of {@code neco} and of its groups: made without the parser, so that it comes at once. */
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
        List<String[]> rows = new ArrayList<>();
        node.children().forEach(child -> rows.add(new String[] {child.name(), child.help()}));
        if (isRoot) {
            rows.add(new String[] {"help", "Help about any command"});
        }
        rows.sort((a, b) -> a[0].compareTo(b[0]));
        int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        for (String[] row : rows) {
            text.append("  ")
                    .append(row[0])
                    .append(" ".repeat(width - row[0].length() + 1))
                    .append(row[1])
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
