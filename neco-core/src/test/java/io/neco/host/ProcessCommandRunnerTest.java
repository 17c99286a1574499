package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands that sleep would outlast the test's patience. */
@Timeout(60)
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
        assertThatThrownBy(
                        () -> commands.run(Command.of("sleep", "600").silent().within(Duration.ofMillis(100))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("`sleep 600` did not end within");
        awaitEndOfSleep("600");
    }

    @Test
    void killsACommandThatDoesNotReadItsInput() {
        Command command = Command.of("sleep", "601")
                .silent()
                .withStdin("x".repeat(1_000_000))
                .within(Duration.ofMillis(100));

        assertThatThrownBy(() -> commands.run(command))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("`sleep 601` did not end within");
        awaitEndOfSleep("601");
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
                .run(Command.of("sh", "-c", "echo out; sleep 602 & echo $! >&2; exit 3")
                        .silent());

        Optional<ProcessHandle> daemon =
                ProcessHandle.of(Long.parseLong(result.stderr().strip()));
        assertThat(daemon)
                .as("the daemon, which is not waited for")
                .hasValueSatisfying(p -> assertThat(p.isAlive()).isTrue());
        daemon.ifPresent(ProcessHandle::destroyForcibly);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdout()).isEqualTo("out\n");
    }

    /** Sooner than by itself. */
    private static void awaitEndOfSleep(String seconds) {
        await("`sleep " + seconds + "` to be killed")
                .until(() -> ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .noneMatch(child -> child.info()
                                .arguments()
                                .filter(arguments -> List.of(arguments).equals(List.of(seconds)))
                                .isPresent()));
    }

    @Test
    void aMissingProgramIsNamed() {
        assertThatThrownBy(() -> commands.run(Command.of("/no/such/program")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program");
    }
}
