package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualPagesTest {
    @TempDir
    private Path root;

    private Map<String, String> pages = Map.of();

    @BeforeEach
    void make() {
        pages = new ManualPages(new CommandLineRun(root).surroundings(), "2022-05-25").all();
    }

    @Test
    void thereIsOneForTheToolForEachGroupAndEachCommand() {
        List<String> expected = new ArrayList<>();
        expect(CommandTree.ROOT, "neco", expected);

        assertThat(pages.keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void eachHasTheSectionsThatReadersLookFor() {
        assertThat(pages)
                .allSatisfy((name, page) -> assertThat(page)
                        .as(name)
                        .startsWith(".TH NECO")
                        .containsSubsequence(
                                ".SH NAME\nneco",
                                ".SH SYNOPSIS\n",
                                ".SH DESCRIPTION\n",
                                ".SH EXIT STATUS\n",
                                ".SH SEE ALSO\n"));
    }

    @Test
    void tellsArgumentsAndFlagsOfACommand() {
        assertThat(pages.get("neco-status.1"))
                .contains(".SH SYNOPSIS\n\\fBneco status\\fR \\fI[flags]\\fR\n")
                .contains(
                        ".TP\n\\fB\\-o, \\-\\-output\\fR\\fI=FORMAT\\fR\nThe form of the output: text (default), table, json or yaml.\n")
                .contains("\\fB\\-\\-logfile\\fR\\fI=FILE\\fR\n")
                .contains(".BR neco (1),\n");
        assertThat(pages.get("neco-config-set.1")).contains("\\fBneco config set\\fR \\fIKEY [VALUE] [flags]\\fR\n");
    }

    @Test
    void tellsExitStatusesOfACommand() {
        assertThat(statuses("neco-recover.1"))
                .contains("\n\\fB0\\fR\nDone.\n", "\n\\fB2\\fR\nA defect of the program.\n")
                .contains("\n\\fB128 + n\\fR\nEnded by signal n.\n");
        assertThat(statuses("neco-is-running.1"))
                .contains("\n\\fB1\\fR\nNone is running, or a wrong call.\n")
                .contains("\n\\fB2\\fR\nIt could not be found out.\n")
                .doesNotContain("defect");
        assertThat(statuses("neco-status.1")).contains("\n\\fB3\\fR\n", "\n\\fB4\\fR\n");
        assertThat(statuses("neco-cert-list.1")).contains("\n\\fB5\\fR\n");
        assertThat(statuses("neco-session-log-start.1")).contains("\n\\fB255\\fR\n");
    }

    private String statuses(String page) {
        String text = pages.getOrDefault(page, "");
        return text.substring(text.indexOf(".SH EXIT STATUS"), text.indexOf(".SH SEE ALSO"));
    }

    @Test
    void listsTheCommandsOfTheTool() {
        assertThat(pages.get("neco.1"))
                .contains("\\fBconfig\\fR\n")
                .contains("\\fBis\\-running\\fR\\fI IMAGE\\fR\n")
                .contains(".BR neco\\-setup (1),\n");
    }

    @Test
    void noLineOfTextIsTakenForARequest() {
        assertThat(new Roff("x", 1, "2022-05-25", "s", "t")
                        .text(".text")
                        .text("'quote")
                        .text("a\\b-c")
                        .toString())
                .endsWith("\\&.text\n\\&'quote\na\\eb\\-c\n");
    }

    /** groff is the one who reads them; on a machine without it the package's own tests still do. */
    @Test
    void roffHasNothingToComplainAbout() throws IOException, InterruptedException {
        if (!Path.of("/usr/bin/groff").toFile().canExecute()) {
            return;
        }
        Process groff = new ProcessBuilder("groff", "-man", "-Tutf8", "-ww", "-z", "-K", "utf8")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = groff.getOutputStream()) {
            for (String page : pages.values()) {
                in.write(page.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (InputStream complaints = groff.getInputStream()) {
            assertThat(new String(complaints.readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
        }
        assertThat(groff.waitFor()).isZero();
    }

    @Test
    void descriptionsOfCommandsAreSentencesAndThoseOfOptionsAreNot() {
        List<String> wrong = new ArrayList<>();
        inspect(CommandTree.ROOT, new ArrayList<>(), wrong);

        assertThat(wrong).isEmpty();
    }

    private void inspect(CommandNode node, List<String> path, List<String> wrong) {
        node.maker().ifPresent(maker -> {
            var spec = Parsers.of(
                            maker.apply(new CommandLineRun(root).surroundings()),
                            new GlobalOptions(),
                            new Invocation(List.copyOf(path), node, List.of(), false))
                    .getCommandSpec();
            String text = String.join("\n", spec.usageMessage().description());
            boolean endsInTable = text.contains("\n  ");
            if (!Character.isUpperCase(text.charAt(0)) || !(endsInTable || text.matches("(?s).*[.)}]"))) {
                wrong.add(path + ": " + text);
            }
            spec.options().forEach(option -> {
                String meaning = String.join(" ", option.description());
                // abbreviations such as CA stay as they are
                if (meaning.matches("[A-Z][a-z ].*") || meaning.endsWith(".")) {
                    wrong.add(path + " " + option.longestName() + ": " + meaning);
                }
            });
        });
        for (CommandNode child : node.children()) {
            path.add(child.name());
            inspect(child, path, wrong);
            path.remove(path.size() - 1);
        }
    }

    private static void expect(CommandNode node, String name, List<String> expected) {
        expected.add(name + ".1");
        node.children().forEach(child -> expect(child, name + "-" + child.name(), expected));
    }
}
