package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages in docs/operations.md are those of the programs. */
class OperationsPageTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final int SHORTEST = 4;

    @Test
    void everyMessageIsOneOfThePrograms() throws IOException {
        String programs = programs();
        List<String> messages = messages();

        assertThat(messages).hasSizeGreaterThan(60);
        assertThat(messages)
                .filteredOn(message -> !Stream.of(message.split("…", -1))
                        .map(String::strip)
                        .filter(part -> part.length() >= SHORTEST)
                        .allMatch(programs::contains))
                .as("messages that no program prints")
                .isEmpty();
    }

    @Test
    void everyAbortOfTheBarrierIsExplained() {
        assertThat(String.join("\n", messages()))
                .contains(
                        "other boot server failed to update",
                        "other boot server reports completion",
                        "unexpected version in worker status",
                        "unexpected step in worker status",
                        "unexpected request");
    }

    /** The first column of the tables with a column "message". */
    private static List<String> messages() {
        List<String> messages = new ArrayList<>();
        boolean isTable = false;
        for (String line :
                Page.read(DocumentsTest.TREE.resolve("docs/operations.md")).lines()) {
            if (line.startsWith("| message |")) {
                isTable = true;
            } else if (!line.startsWith("|")) {
                isTable = false;
            } else if (isTable) {
                CODE.matcher(line.split("(?<!\\\\)\\|", 3)[1]).results().forEach(match -> messages.add(match.group(1)));
            }
        }
        return messages;
    }

    /** All sources, with strings put together. */
    private static String programs() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String module : List.of("neco-core", "neco-updater", "neco-worker", "neco-cli", "sabakan-state-setter")) {
            try (Stream<Path> files =
                    Files.walk(DocumentsTest.TREE.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    text.append(CONCATENATION.matcher(Files.readString(file)).replaceAll(""));
                }
            }
        }
        return text.toString();
    }
}
