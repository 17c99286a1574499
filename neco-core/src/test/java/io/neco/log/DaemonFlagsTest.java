package io.neco.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
