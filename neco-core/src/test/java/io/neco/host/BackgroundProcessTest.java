package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundProcessTest {
    @TempDir
    private Path directory;

    /** Starts a program that writes its process id to a file, and waits to be killed. */
    public static final class Parent {
        private Parent() {}

        /** Runs until the program ends; {@code arguments} hold the file. */
        public static void main(String[] arguments) throws Exception {
            try (BackgroundProcess process = start(arguments[0])) {
                if (process.isAlive()) {
                    ProcessHandle program =
                            ProcessHandle.current().children().findFirst().orElseThrow();
                    program.onExit().get(5, TimeUnit.MINUTES);
                }
            }
        }
    }

    private static BackgroundProcess start(String file) throws IOException {
        return BackgroundProcess.start(Command.of(
                "sh", "-c", "echo $$ > " + file + ".new && mv " + file + ".new " + file + "; exec sleep 600"));
    }

    @Test
    void doesNotOutliveAParentThatIsKilled() throws IOException {
        Path file = directory.resolve("pid");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        file.toString())
                .inheritIO()
                .start();
        Optional<ProcessHandle> child = Optional.empty();
        try {
            child = awaitStart(file);
            assertThat(child).isPresent();

            parent.destroyForcibly();

            ProcessHandle orphan = child.get();
            Awaitility.await("the program ends with its parent")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !orphan.isAlive());
        } finally {
            parent.destroyForcibly();
            child.ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void endsWhenItIsClosed() throws IOException {
        Path file = directory.resolve("pid");
        ProcessHandle child;
        try (BackgroundProcess process = start(file.toString())) {
            child = awaitStart(file).orElseThrow();
            assertThat(process.isAlive()).isTrue();
        }

        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void tellsWhichProgramThereIsNot() throws IOException {
        try (BackgroundProcess process = BackgroundProcess.start(Command.of("/no/such/program"))) {
            Awaitility.await("its end").atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
            Awaitility.await("its last words")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(process.ending())
                            .startsWith("/no/such/program ended with exit status ")
                            .contains("No such file"));
        }
    }

    private static Optional<ProcessHandle> awaitStart(Path file) throws IOException {
        Awaitility.await("the program runs").atMost(Duration.ofSeconds(60)).until(() -> Files.exists(file));
        return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
    }
}
