package io.neco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Manual pages of {@code neco}, of its groups and of all commands, made from what also parses their options, so that they cannot differ from
 * it. The build of the package runs this; the result belongs to {@code /usr/share/man/man1}.
 */
public final class ManualPages {
    private static final int SECTION = 1;
    private static final String TITLE = "Administration of boot servers";

    private final Surroundings surroundings;
    private final String date;

    /** @param date of the pages, e.g. {@code 2022-05-25} */
    ManualPages(Surroundings surroundings, String date) {
        this.surroundings = surroundings;
        this.date = date;
    }

    /** Writes the pages: {@code ManualPages DIRECTORY DATE}. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            new PrintWriter(System.err, true, StandardCharsets.UTF_8).println("usage: ManualPages DIRECTORY DATE");
            System.exit(ExitCode.FAILED);
        }
        for (var page : new ManualPages(Surroundings.system(), args[1]).all().entrySet()) {
            Files.writeString(Path.of(args[0]).resolve(page.getKey()), page.getValue());
        }
    }

    /** All pages by the names of their files, e.g. {@code neco-config-set.1}. */
    Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        collect(CommandTree.ROOT, new ArrayList<>(), pages);
        return pages;
    }

    private void collect(CommandNode node, List<String> path, Map<String, String> pages) {
        pages.put(name(path) + "." + SECTION, page(node, path));
        for (CommandNode child : node.children()) {
            path.add(child.name());
            collect(child, path, pages);
            path.remove(path.size() - 1);
        }
    }

    private String page(CommandNode node, List<String> path) {
        Roff page = new Roff(name(path), SECTION, date, "Neco CD", TITLE);
        page.section("NAME").text(name(path) + " - " + lowered(node.help()));
        if (node.isGroup()) {
            group(page, node, path);
        } else {
            command(page, node, path);
        }
        globals(page);
        if (path.isEmpty()) {
            files(page);
        }
        exitStatus(page, node);
        return page.section("SEE ALSO").references(related(node, path)).toString();
    }

    private void group(Roff page, CommandNode node, List<String> path) {
        page.section("SYNOPSIS").synopsis(words(path), "COMMAND [flags]");
        page.section("DESCRIPTION");
        if (path.isEmpty()) {
            page.text(
                    "The command line tool of a boot server. It reads /etc/neco/config.yml to find etcd, unless a command needs");
            page.text("nothing of the cluster. Results go to standard output, everything else to standard error.");
        } else {
            page.text(sentence(node.help()));
        }
        page.section("COMMANDS");
        for (CommandNode child : node.children()) {
            page.term(
                    child.name(),
                    child.arguments().isEmpty() ? "" : " " + child.arguments(),
                    List.of(sentence(child.help())));
        }
        if (path.isEmpty()) {
            page.term("help", " COMMAND", List.of("Shows usage and flags of a command."));
            page.section("FLAGS")
                    .term("-h, --help", "", List.of("Shows the commands."))
                    .term("--version", "", List.of("Shows the version of the package."));
        }
    }

    private void command(Roff page, CommandNode node, List<String> path) {
        Invocation invocation = new Invocation(List.copyOf(path), node, List.of(), false);
        CommandLine parser =
                Parsers.of(node.maker().orElseThrow().apply(surroundings), new GlobalOptions(), invocation);
        String arguments = node.arguments().isEmpty() ? "" : node.arguments() + " ";
        page.section("SYNOPSIS").synopsis(words(path), arguments + "[flags]");
        page.section("DESCRIPTION")
                .text(List.of(parser.getCommandSpec().usageMessage().description()));
        var parameters = parser.getCommandSpec().positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .toList();
        if (!parameters.isEmpty()) {
            page.section("ARGUMENTS");
            parameters.forEach(parameter -> page.term("", parameter.paramLabel(), described(parameter)));
        }
        page.section("FLAGS");
        parser.getCommandSpec().options().stream()
                .filter(option -> !option.hidden() && !isGlobal(option))
                .sorted((a, b) -> a.longestName().compareTo(b.longestName()))
                .forEach(option -> page.term(
                        String.join(", ", option.names()),
                        option.arity().max() == 0 ? "" : "=" + option.paramLabel(),
                        described(option)));
    }

    private static void globals(Roff page) {
        page.section("FLAGS OF EVERY COMMAND");
        CommandLine.Model.CommandSpec.forAnnotatedObject(new GlobalOptions()).options().stream()
                .sorted((a, b) -> Integer.compare(a.order(), b.order()))
                .forEach(option -> page.term(option.longestName(), "=" + option.paramLabel(), described(option)));
    }

    private static boolean isGlobal(OptionSpec option) {
        return Stream.of("--logfile", "--loglevel", "--logformat").anyMatch(option.longestName()::equals);
    }

    private static void files(Roff page) {
        page.section("FILES")
                .term("", "/etc/neco/config.yml", List.of("How to reach etcd; made by neco setup or neco join."))
                .term(
                        "",
                        "/usr/share/neco",
                        List.of("What this release brings: artifact set, site settings, contents."))
                .term("", "/usr/share/doc/neco", List.of("Licences, changes, and where the documents are."));
    }

    private static void exitStatus(Roff page, CommandNode node) {
        Map<String, String> statuses = new LinkedHashMap<>();
        statuses.put("0", "Done.");
        statuses.put("1", "Wrong call, or a failure outside of the program; standard error tells which.");
        statuses.put("2", "A defect of the program.");
        node.statuses().forEach(status -> statuses.put(status.number(), status.meaning()));
        if (node.isGroup()) {
            statuses.put("3 - 127", "Of single commands; their pages tell.");
        }
        statuses.put("128 + n", "Ended by signal n.");
        page.section("EXIT STATUS");
        statuses.forEach((number, meaning) -> page.term(number, "", List.of(meaning)));
    }

    private static List<String> related(CommandNode node, List<String> path) {
        List<String> names = new ArrayList<>();
        if (!path.isEmpty()) {
            names.add(name(path.subList(0, path.size() - 1)) + "(" + SECTION + ")");
        }
        node.children().forEach(child -> names.add(name(path) + "-" + child.name() + "(" + SECTION + ")"));
        names.add("neco-updater(8)");
        names.add("neco-worker(8)");
        return names;
    }

    private static List<String> described(ArgSpec argument) {
        List<String> lines = new ArrayList<>(List.of(argument.description()));
        if (lines.isEmpty()) {
            throw new IllegalStateException(
                    argument.paramLabel() + " of " + argument.userObject() + " is not described");
        }
        lines.set(0, capitalised(lines.get(0)));
        int last = lines.size() - 1;
        lines.set(last, ended(lines.get(last)));
        return lines;
    }

    private static String name(List<String> path) {
        return path.isEmpty() ? "neco" : "neco-" + String.join("-", path);
    }

    private static String words(List<String> path) {
        return path.isEmpty() ? "neco" : "neco " + String.join(" ", path);
    }

    private static String sentence(String help) {
        return ended(capitalised(help));
    }

    private static String capitalised(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String ended(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    /** As the NAME section wants it: no capital, no full stop. */
    private static String lowered(String help) {
        boolean isWord = help.length() > 1 && Character.isLowerCase(help.charAt(1));
        String text = isWord ? help.substring(0, 1).toLowerCase(Locale.ROOT) + help.substring(1) : help;
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }
}
