package io.neco.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class DaemonFlagsTest {
    private final DaemonFlags flags = new DaemonFlags("neco-updater")
            .text("session-ttl", "10s", "time to live")
            .option("version", "show the version");

    @ParameterizedTest
    @ValueSource(strings = {"-session-ttl 5s", "--session-ttl 5s", "-session-ttl=5s", "--session-ttl=5s"})
    void takesOneDashOrTwo(String line) {
        flags.parse(List.of(line.split(" ")));

        assertThat(flags.get("session-ttl")).isEqualTo("5s");
        assertThat(flags.isSet("version")).isFalse();
    }

    @Test
    void theSignalUsr1OpensTheLogFileAgain(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("log");
        flags.parse(List.of("-logfile", file.toString()));
        flags.configureLogging();
        try {
            LoggerFactory.getLogger(DaemonFlagsTest.class).info("before");
            Path rotated = Files.move(file, dir.resolve("log.1"));

            signal();

            Awaitility.await().until(() -> Files.exists(file));
            LoggerFactory.getLogger(DaemonFlagsTest.class).info("after");
            assertThat(rotated).content().contains("before").doesNotContain("after");
            assertThat(file).content().contains("after");
        } finally {
            Logging.configure("neco", Optional.empty(), "", "");
        }
        signal();
    }

    private static void signal() throws Exception {
        assertThat(new ProcessBuilder(
                                "kill",
                                "-USR1",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void hasDefaultsAndSwitches() {
        flags.parse(List.of("-version"));

        assertThat(flags.get("session-ttl")).isEqualTo("10s");
        assertThat(flags.isSet("version")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "-x, flag provided but not defined: -x",
        "--session-ttl, flag needs an argument: -session-ttl",
        "start, unexpected argument: start",
        "-version=1, invalid boolean value \"1\" for -version",
    })
    void namesWhatIsWrong(String argument, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> flags.parse(List.of(argument)))
                .withMessage(message);
    }

    @Test
    void showsEveryFlagInItsUsage() {
        assertThat(flags.usage())
                .startsWith("Usage of neco-updater:\n")
                .contains(
                        "  -logfile string\n",
                        "  -session-ttl string\n    \ttime to live (default \"10s\")\n",
                        "  -version\n");
    }
}
