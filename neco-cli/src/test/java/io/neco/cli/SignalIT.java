package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How processes end that are told to. */
class SignalIT {
    /** Far from the time that work gets to clean up. */
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    private static final String CTRL_C = "\003";
    private static final int MORE_THAN_A_PIPE_HOLDS = 200_000;

    @TempDir
    private Path root;

    @BeforeEach
    void makeBootServer() throws IOException {
        Files.createDirectories(root.resolve("etc/neco"));
        Files.writeString(root.resolve("etc/neco/rack"), "0\n");
    }

    /** Works until it is interrupted, and says so. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] args) {
            int status = InterruptOnSignal.guard(() -> {
                System.out.println("working");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    System.out.println("cleaned up");
                    Thread.currentThread().interrupt();
                }
                return ExitCode.FAILED;
            });
            Runtime.getRuntime().halt(status);
        }
    }

    @RepeatedTest(5)
    void workCleansUpAndTheStatusTellsTheSignal() throws Exception {
        try (NecoProcess worker = NecoProcess.start(Worker.class)) {
            worker.awaitText("working").signal("TERM");

            assertThat(worker.exitStatus(AT_ONCE)).isEqualTo(128 + 15);
            assertThat(worker.said()).isEqualTo("working\ncleaned up\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "INT,130"})
    void endsAtOnceWhileItReadsItsInput(String signal, int status) throws Exception {
        try (NecoProcess neco = NecoProcess.start(root, "reboot-and-wait", "-")) {
            neco.type(" ".repeat(MORE_THAN_A_PIPE_HOLDS));
            neco.signal(signal);

            assertThat(neco.exitStatus(AT_ONCE)).isEqualTo(status);
        }
    }

    @Test
    void endsAtOnceAtAQuestion() throws Exception {
        try (NecoProcess neco = NecoProcess.onTerminal(24, 80, "echo status $?", root, "init-local", "cke")) {
            neco.awaitText("Vault username: ").type(CTRL_C);

            neco.exitStatus(AT_ONCE);
            assertThat(neco.said()).contains("status 130");
        }
    }

    @Test
    void endsAtOnceAtAPasswordAndTheTerminalShowsAgainWhatIsTyped() throws Exception {
        try (NecoProcess neco = NecoProcess.onTerminal(24, 80, "echo status $?; stty -a", root, "init-local", "cke")) {
            neco.awaitText("Vault username: ").type("admin\n");
            neco.awaitText("Vault password: ").type(CTRL_C);

            neco.exitStatus(AT_ONCE);
            assertThat(neco.said()).contains("status 130").containsPattern("\\secho\\s");
        }
    }
}
