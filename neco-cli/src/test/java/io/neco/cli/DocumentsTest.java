package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the documents name exists: pages, headings, files, commands and their options. */
class DocumentsTest {
    static final Path TREE = tree();
    private static final List<Page> PAGES = Page.all(TREE);
    private static final Pattern SCRIPT = Pattern.compile("(?<![\\w/.)}>~-])bin/[a-z][a-z0-9/_-]*[a-z0-9]");
    private static final Pattern PROGRAM = Pattern.compile("internal/tool\" (io[.]neco[.a-z]+)[.][A-Z]");
    private static final Pattern OPTION = Pattern.compile("(?<=[ \\[])--?[a-z][a-z-]*");

    @TempDir
    private Path root;

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Page page : PAGES) {
            for (String link : page.links()) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page.file()
                        : page.file().resolveSibling(parts[0]).normalize();
                if (!Files.exists(target)) {
                    broken.add(page.file().getFileName() + ": " + link + " (there is no such file)");
                } else if (parts.length == 2 && !Page.read(target).anchors().contains(parts[1])) {
                    broken.add(page.file().getFileName() + ": " + link + " (there is no such heading)");
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageCanBeReachedFromTheReadme() {
        Set<Path> seen = new HashSet<>();
        Deque<Page> open = new ArrayDeque<>(List.of(PAGES.get(0)));
        while (!open.isEmpty()) {
            Page page = open.removeFirst();
            if (seen.add(page.file())) {
                page.links().stream()
                        .map(link -> page.file()
                                .resolveSibling(link.split("#", 2)[0])
                                .normalize())
                        .filter(target -> target.toString().endsWith(".md") && Files.exists(target))
                        .map(Page::read)
                        .forEach(open::add);
            }
        }

        assertThat(PAGES).extracting(Page::file).isSubsetOf(seen);
    }

    @Test
    void everyScriptExists() {
        List<String> missing = new ArrayList<>();
        for (Page page : PAGES) {
            for (String code : page.code()) {
                SCRIPT.matcher(code).results().map(match -> match.group()).forEach(script -> {
                    if (!Files.exists(TREE.resolve(script))) {
                        missing.add(page.file().getFileName() + ": " + script);
                    }
                });
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void everyOptionOfAScriptIsInItsHelp() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Page page : PAGES) {
            for (String code : page.code()) {
                String[] words = code.replaceFirst("^([A-Z_]+=\\S+ )+", "").split(" ", 2);
                if (words[0].matches("bin/[a-z-]+") && words.length == 2) {
                    String help = help(words[0]);
                    options(words[1])
                            .filter(option -> !help.contains(option))
                            .forEach(option -> missing.add(page.file().getFileName() + ": " + words[0] + " " + option));
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void everyCommandOfNecoExistsAndHasTheOptionsThatAreNamed() {
        List<String> wrong = new ArrayList<>();
        for (Page page : PAGES) {
            page.code().stream()
                    .filter(code -> code.matches("neco [a-z-].*"))
                    .forEach(code -> complaint(code)
                            .ifPresent(complaint ->
                                    wrong.add(page.file().getFileName() + ": " + code + " (" + complaint + ")")));
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void everyCommandOfNecoIsInADocument() {
        List<String> commands = new ArrayList<>();
        collect(CommandTree.ROOT, "neco", commands);

        assertThat(commands)
                .filteredOn(command -> PAGES.stream().map(Page::code).noneMatch(code -> tells(code, command)))
                .isEmpty();
    }

    @Test
    void everyTestExists() throws IOException {
        Set<String> tests = new HashSet<>();
        try (Stream<Path> modules = Files.list(TREE)) {
            for (Path module : modules.map(dir -> dir.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.map(file -> file.getFileName().toString().replace(".java", ""))
                            .forEach(tests::add);
                }
            }
        }
        List<String> missing = new ArrayList<>();
        for (Page page : PAGES) {
            page.code().stream()
                    .filter(code -> code.matches("[A-Z][A-Za-z]+(Test|IT|Suite)") && !tests.contains(code))
                    .forEach(test -> missing.add(page.file().getFileName() + ": " + test));
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void theJobsOfContinuousIntegrationRunScriptsThatExist() throws IOException {
        String config = Files.readString(TREE.resolve(".circleci/config.yml"));

        assertThat(SCRIPT.matcher(config).results().map(match -> match.group()))
                .contains("bin/release", "bin/test", "bin/assets")
                .allSatisfy(script -> assertThat(TREE.resolve(script)).isExecutable());
    }

    /** What is wrong with a call of neco. */
    private Optional<String> complaint(String code) {
        CommandNode node = CommandTree.ROOT;
        List<String> path = new ArrayList<>();
        for (String word : code.substring("neco ".length()).split(" ", -1)) {
            if (!node.isGroup() || !word.matches("[a-z][a-z-]*") || word.equals("help")) {
                break;
            }
            Optional<CommandNode> child = node.child(word);
            if (child.isEmpty()) {
                return Optional.of("there is no " + word);
            }
            node = child.get();
            path.add(word);
        }
        Set<String> known =
                new HashSet<>(Set.of("-h", "--help", "--version", "--logfile", "--loglevel", "--logformat"));
        if (!node.isGroup()) {
            CommandLine parser = Parsers.of(
                    node.maker().orElseThrow().apply(new CommandLineRun(root).surroundings()),
                    new GlobalOptions(),
                    new Invocation(List.copyOf(path), node, List.of(), false));
            parser.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        }
        return options(code.split(" -- ", 2)[0])
                .filter(option -> !known.contains(option))
                .findFirst()
                .map(option -> "there is no " + option);
    }

    /** Whether a page names a command, be it as {@code neco config get} and, beside it, {@code set}. */
    private static boolean tells(List<String> code, String command) {
        int last = command.lastIndexOf(' ');
        return code.stream().anyMatch(text -> begins(text, command))
                || (code.stream().anyMatch(text -> begins(text, command.substring(0, last)))
                        && code.stream().anyMatch(text -> begins(text, command.substring(last + 1))));
    }

    private static boolean begins(String text, String words) {
        return text.equals(words) || text.startsWith(words + " ");
    }

    private static void collect(CommandNode node, String name, List<String> commands) {
        if (!node.isGroup()) {
            commands.add(name);
        }
        node.children().forEach(child -> collect(child, name + " " + child.name(), commands));
    }

    private static Stream<String> options(String text) {
        return OPTION.matcher(" " + text).results().map(match -> match.group());
    }

    /** The script and what it reads in or hands over to: parts in the shell, or a program in Java. */
    private static String help(String script) throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(TREE.resolve(script)));
        List<Path> more = new ArrayList<>();
        if (script.equals("bin/lab")) {
            more.add(TREE.resolve("dctest/lab"));
        }
        PROGRAM.matcher(text)
                .results()
                .forEach(match -> more.add(TREE.resolve("neco-tools/src/main/java")
                        .resolve(match.group(1).replace('.', '/'))));
        for (Path directory : more) {
            try (Stream<Path> parts = Files.list(directory)) {
                for (Path part : parts.filter(file -> file.toString().matches(".*[.](sh|java)"))
                        .toList()) {
                    text.append(Files.readString(part));
                }
            }
        }
        return text.toString();
    }

    private static Path tree() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(here.resolve("bin/deb"))) {
            here = Optional.ofNullable(here.getParent())
                    .orElseThrow(() -> new IllegalStateException("no directory from here upwards has bin/deb"));
        }
        return here;
    }
}
