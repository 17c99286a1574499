package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --timeout}, refused before anything is asked. */
class TimeLimitTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status --watch --timeout abc | --timeout abc is not a duration such as 10m: time: invalid duration \"abc\"",
                "status --watch --timeout 5 | --timeout 5 is not a duration such as 10m: time: missing unit in duration \"5\"",
                "status --watch --timeout -5m | --timeout -5m is not allowed; give more than 0",
                "status --watch --timeout=0 | --timeout 0 is not allowed; give more than 0",
                "reboot-and-wait cs1 --timeout abc | --timeout abc is not a duration such as 10m: time: invalid duration \"abc\"",
                "reboot-and-wait cs1 --timeout -1s | --timeout -1s is not allowed; give more than 0",
                "isoreboot --yes --timeout abc x.iso | --timeout abc is not a duration such as 10m: time: invalid duration \"abc\"",
                "isoreboot --yes --timeout -1s x.iso | --timeout -1s is not allowed; give more than 0",
            })
    void aTimeoutThatIsNoneIsToldWithItsOption(String command, String message) {
        CommandLineRun neco = new CommandLineRun(root);

        assertThat(neco.run(command.split(" "))).isEqualTo(1);

        assertThat(neco.err.toString()).startsWith("Error: " + message + "\n");
    }
}
