package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProcessCommandRunnerTest {
    private final CommandRunner commands = new ProcessCommandRunner();
    private final long begin = System.nanoTime();

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
    void killsACommandThatDoesNotReadItsInput() {
        Command command = Command.of("sleep", "20")
                .silent()
                .withStdin("x".repeat(1_000_000))
                .within(Duration.ofMillis(100));

        assertThatThrownBy(() -> commands.run(command))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("`sleep 20` did not end within");
        assertThat(elapsed()).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void endsWhenItIsInterruptedWhileACommandDoesNotReadItsInput() throws InterruptedException {
        Command command = Command.of("sleep", "20").silent().withStdin("x".repeat(1_000_000));
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                commands.run(command);
            } catch (IOException | InterruptedException e) {
                end.set(e);
            }
        });
        thread.start();

        thread.interrupt();

        thread.join(Duration.ofSeconds(10).toMillis());
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void passesMoreInputThanAPipeHolds() throws IOException, InterruptedException {
        CommandResult result = commands.run(Command.of("wc", "-c").silent().withStdin("x".repeat(1_000_000)));

        assertThat(result.stdout().strip()).isEqualTo("1000000");
    }

    @Test
    void aCommandThatEndsWithoutReadingItsInputIsNoFailure() throws IOException, InterruptedException {
        CommandResult result = commands.run(Command.of("true").silent().withStdin("x".repeat(1_000_000)));

        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void doesNotWaitForADaemonThatACommandHasLeftBehind() throws IOException, InterruptedException {
        CommandResult result = new ProcessCommandRunner(Duration.ofSeconds(2))
                .run(Command.of("sh", "-c", "echo out; sleep 20 & echo $! >&2; exit 3")
                        .silent());

        ProcessHandle.of(Long.parseLong(result.stderr().strip())).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(elapsed()).isLessThan(Duration.ofSeconds(10));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void aMissingProgramIsNamed() {
        assertThatThrownBy(() -> commands.run(Command.of("/no/such/program")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program");
    }
}
