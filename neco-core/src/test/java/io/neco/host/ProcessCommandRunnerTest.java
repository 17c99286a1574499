package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessCommandRunnerTest {
    private final CommandRunner commands = new ProcessCommandRunner();

    @Test
    void returnsExitCodeAndBothOutputs() throws IOException, InterruptedException {
        CommandResult result = commands.run(Command.of("sh", "-c", "echo out; echo err >&2; exit 3"));

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("`sh -c echo out; echo err >&2; exit 3` failed with exit status 3: err");
    }

    @Test
    void passesInputAndEnvironment() throws IOException, InterruptedException {
        Command command = new Command(
                List.of("sh", "-c", "cat; echo $WORD"),
                Optional.of("input "),
                Map.of("WORD", "word"),
                Duration.ofSeconds(10),
                false,
                false);

        assertThat(commands.run(command).stdout()).isEqualTo("input word\n");
    }

    @Test
    void readsMoreOutputThanAPipeHolds() throws IOException, InterruptedException {
        CommandResult result = commands.run(
                Command.of("sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x").silent());

        assertThat(result.stdout()).hasSize(300_000);
    }

    @Test
    void killsACommandThatOverrunsItsDeadline() {
        assertThatThrownBy(() -> commands.run(Command.of("sleep", "60").silent().within(Duration.ofMillis(100))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("`sleep 60` did not end within");
    }

    @Test
    void aMissingProgramIsNamed() {
        assertThatThrownBy(() -> commands.run(Command.of("/no/such/program")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program");
    }
}
