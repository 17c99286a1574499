package io.neco.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code neco} as a process of its own, on a scratch tree. */
final class NecoProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Process process;
    private final Path output;

    private NecoProcess(List<String> command) {
        try {
            output = Files.createTempFile("neco", ".out");
            // what runs in the background of a shell has that signal ignored, and so has all that it starts
            List<String> heeding = new ArrayList<>(List.of("env", "--default-signal=INT"));
            heeding.addAll(command);
            process = new ProcessBuilder(heeding)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it with a pipe for its input, and a file for its output. */
    static NecoProcess start(Path root, String... arguments) {
        return new NecoProcess(command(root, arguments));
    }

    /** Starts it with {@code reader} reading its output; ends with its exit status. */
    static NecoProcess inPipe(String reader, Path root, String... arguments) {
        return new NecoProcess(List.of(
                "bash", "-c", String.join(" ", command(root, arguments)) + " | " + reader + "; exit ${PIPESTATUS[0]}"));
    }

    /** Starts it on a terminal. When it has ended, {@code last} is run there by a shell, which knows the exit status as {@code $?}. */
    static NecoProcess onTerminal(int rows, int columns, String last, Path root, String... arguments) {
        return new NecoProcess(List.of(
                "script",
                "--quiet",
                "--flush",
                "--return",
                "--command",
                "stty rows " + rows + " cols " + columns + "; trap : INT; " + String.join(" ", command(root, arguments))
                        + "; " + last,
                "/dev/null"));
    }

    /** The same with another class in the place of {@link ScratchMain}. */
    static NecoProcess start(Class<?> main) {
        return new NecoProcess(java(main));
    }

    /** Starts it on this host's own files, through a program that takes a command line. */
    static NecoProcess onThisHost(List<String> through, String... arguments) {
        List<String> command = new ArrayList<>(through);
        command.addAll(java(Main.class));
        command.addAll(List.of(arguments));
        return new NecoProcess(command);
    }

    /** Starts it through a program that takes a command line. */
    static NecoProcess start(List<String> through, Path root, String... arguments) {
        List<String> command = new ArrayList<>(through);
        command.addAll(command(root, arguments));
        return new NecoProcess(command);
    }

    private static List<String> command(Path root, String... arguments) {
        List<String> command = java(ScratchMain.class);
        command.add(root.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> java(Class<?> main) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    }

    /** What it has printed so far. */
    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed {@code text}. */
    NecoProcess awaitText(String text) {
        await(text).atMost(PATIENCE).until(() -> said().contains(text));
        return this;
    }

    /** Gives it input; the pipe stays open. */
    void type(String text) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write(text.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Sends a signal. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end within {@code limit}. */
    int exitStatus(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it still runs after " + limit + ", having said: " + said());
        }
        return process.exitValue();
    }

    int exitStatus() throws InterruptedException {
        return exitStatus(PATIENCE);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            Files.delete(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
