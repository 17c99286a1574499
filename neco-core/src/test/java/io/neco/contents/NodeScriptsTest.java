package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of netbooted nodes parse, with sabakan's actions replaced by what they become. */
class NodeScriptsTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path directory = Path.of("");

    private List<String> rendered() throws IOException {
        List<String> scripts = new ArrayList<>();
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            for (String path : tree.files()) {
                String text = SourceTree.read(tree.file(path));
                if (text.startsWith("#!")) {
                    assertThat(text).as(path).startsWith("#!/bin/bash\n");
                    Path script = directory.resolve(Path.of(path).getFileName());
                    Files.writeString(
                            script,
                            text.replace("{{ MyURL }}", "http://10.69.0.3:10080")
                                    .replaceAll("\\{\\{[^}]*}}", "10.72.32.0"));
                    scripts.add(script.toString());
                }
            }
        }
        return scripts;
    }

    @Test
    void bashUnderstandsThem() throws IOException, InterruptedException {
        for (String script : rendered()) {
            run(List.of("bash", "-n", script));
        }
    }

    /** Editors and package checkers see them like that. */
    @Test
    void bashUnderstandsThemWithTheActionsInThem() throws IOException, InterruptedException {
        for (IgnitionSourceTree tree : IgnitionSourceTree.all()) {
            for (String path : tree.files()) {
                if (SourceTree.read(tree.file(path)).startsWith("#!")) {
                    run(List.of("bash", "-n", tree.file(path).toString()));
                }
            }
        }
    }

    @Test
    void shellcheckFindsNothing() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "shellcheck"))),
                "shellcheck is not installed");
        List<String> command = new ArrayList<>(List.of("shellcheck", "--severity=warning", "--shell=bash"));
        command.addAll(rendered());

        run(command);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as(command.toString())
                .isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
