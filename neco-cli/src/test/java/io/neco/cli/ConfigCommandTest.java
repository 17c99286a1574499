package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before etcd is asked; the rest is in {@link ConfigCommandIT}. */
class ConfigCommandTest {
    @TempDir
    private Path root;

    private CommandLineRun neco;

    @BeforeEach
    void start() {
        neco = new CommandLineRun(root);
    }

    @ParameterizedTest
    @CsvSource({
        "set,,'accepts 1 arg(s), received 0'",
        "get,,'accepts 1 arg(s), received 0'",
        "set,env,'accepts 2 arg(s), received 1'",
        "set,lb-address-block-default,'accepts 2 arg(s), received 1'",
        "set,quay-username x,'accepts 1 arg(s), received 2'",
        "set,env prod x,'accepts 2 arg(s), received 3'"
    })
    void countsArguments(String command, String arguments, String message) {
        String[] words = ("config " + command + (arguments == null ? "" : " " + arguments)).split(" ");

        assertThat(neco.run(words)).isEqualTo(1);

        assertThat(neco.err.toString()).startsWith("Error: " + message + "\n").contains("Usage:\n  neco config ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get NOSUCH|unknown key: NOSUCH (known: env, ",
                "set NOSUCH|unknown key: NOSUCH (known: env, ",
                "set NOSUCH x|unknown key: NOSUCH (known: env, ",
                "get ENV|unknown key: ENV (known: env, ",
                "get quay-password|unknown key: quay-password (a secret; it can be set, not shown)"
            })
    void listsTheSettingsForAnUnknownOne(String call, String message) throws IOException {
        Path log = root.resolve("log");
        String[] words = ("--logfile " + log + " config " + call).split(" ");

        assertThat(neco.run(words)).isEqualTo(1);

        assertThat(Files.readString(log)).contains(message);
    }

    @Test
    void refusesAVariableOfWhichSomethingWasLost() throws IOException {
        Path log = root.resolve("log");
        neco.with("QUAY_PASSWORD", "p\uFFFDss");

        assertThat(neco.run("--logfile", log.toString(), "config", "set", "quay-password"))
                .isEqualTo(1);

        assertThat(Files.readString(log))
                .contains("the environment variable QUAY_PASSWORD has bytes that are no UTF-8 text")
                .doesNotContain("\uFFFD");
    }
}
