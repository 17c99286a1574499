package io.neco.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documents, in Markdown.
 *
 * @param file where it is
 * @param lines its lines
 */
record Page(Path file, List<String> lines) {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    static Page read(Path file) {
        try {
            return new Page(file.normalize(), Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** README and everything below docs. */
    static List<Page> all(Path tree) {
        try (Stream<Path> docs = Files.walk(tree.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(tree.resolve("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the documents", e);
        }
    }

    /** Where its links lead, without those to other sites. */
    List<String> links() {
        return prose().stream()
                .flatMap(line -> LINK.matcher(line).results().map(match -> match.group(1)))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .toList();
    }

    /** The names by which its headings can be linked. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        prose().stream()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .forEach(anchors::add);
        return anchors;
    }

    /** What is written as code: in a line, or as a line of a block, without a prompt. */
    List<String> code() {
        List<String> found = new ArrayList<>();
        prose().forEach(line -> CODE.matcher(line)
                .results()
                .map(MatchResult::group)
                .forEach(code -> found.add(code.substring(1, code.length() - 1))));
        boolean isBlock = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                isBlock = !isBlock;
            } else if (isBlock || line.startsWith("    ")) {
                found.add(line.strip().replaceFirst("^[$#] ", ""));
            }
        }
        return found;
    }

    private List<String> prose() {
        List<String> prose = new ArrayList<>();
        boolean isBlock = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                isBlock = !isBlock;
            } else if (!isBlock && !line.startsWith("    ")) {
                prose.add(line);
            }
        }
        return prose;
    }
}
