package io.neco.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Runs commands as child processes and tells of them in the log, as the reference's command logger does. */
public final class ProcessCommandRunner implements CommandRunner {
    /** Made when the first command is told of: a tool that runs none need not set logging up. */
    private static final class Log {
        private static final Logger log = LoggerFactory.getLogger(ProcessCommandRunner.class);
    }

    private static final Duration OUTPUT_WITHIN = Duration.ofSeconds(5);

    private final Duration outputWithin;

    /** Runs commands. */
    public ProcessCommandRunner() {
        this(OUTPUT_WITHIN);
    }

    /** @param outputWithin how long after a command's end its output is read on when something it has started keeps that open */
    ProcessCommandRunner(Duration outputWithin) {
        this.outputWithin = outputWithin;
    }

    @Override
    public CommandResult run(Command command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command.argv());
        builder.environment().putAll(command.environment());
        if (command.stdin().isEmpty()) {
            builder.redirectInput(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        }
        Process process = builder.start();
        Output stdout = new Output(process.getInputStream());
        Output stderr = new Output(process.getErrorStream());
        boolean ended = false;
        try {
            start(stdout, command, "stdout");
            start(stderr, command, "stderr");
            command.stdin().ifPresent(text -> start(() -> feed(process, command, text), command, "stdin"));
            if (!process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("`" + String.join(" ", command.argv()) + "` did not end within "
                        + command.deadline().toSeconds() + " s and was killed");
            }
            ended = true;
            long deadline = System.nanoTime() + outputWithin.toNanos();
            if (!stdout.awaitEnd(deadline) || !stderr.awaitEnd(deadline)) {
                Log.log
                        .atWarn()
                        .addKeyValue("command", command.argv().get(0))
                        .log("a command has ended, but something it has started keeps its output open");
            }
            CommandResult result = new CommandResult(command, process.exitValue(), stdout.text(), stderr.text());
            tell(result, System.nanoTime() - begin);
            return result;
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            stdout.close();
            stderr.close();
        }
    }

    /** A thread that does not outlive the program, but may outlive the command: a pipe's end cannot be waited for with a deadline. */
    private static void start(Runnable task, Command command, String name) {
        Thread thread = new Thread(task, name + " of " + command.argv().get(0));
        thread.setDaemon(true);
        thread.start();
    }

    private static void feed(Process process, Command command, String text) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the command need not read what it is given; its exit status tells whether it minded
            Log.log.atDebug().addKeyValue("command", command.argv().get(0)).log("command did not read its input");
        }
    }

    /** What a command writes. */
    private static final class Output implements Runnable {
        private final InputStream in;
        private final CountDownLatch end = new CountDownLatch(1);
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private Optional<IOException> failure = Optional.empty();

        Output(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    keep(buffer, n);
                }
            } catch (IOException e) {
                fail(e);
            } finally {
                end.countDown();
            }
        }

        private synchronized void keep(byte[] buffer, int length) {
            read.write(buffer, 0, length);
        }

        private synchronized void fail(IOException e) {
            failure = Optional.of(e);
        }

        boolean awaitEnd(long deadline) throws InterruptedException {
            return end.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }

        /** What was read so far. */
        synchronized String text() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return read.toString(StandardCharsets.UTF_8);
        }

        /** A read that waits for a daemon goes on waiting, but nothing is read after it. */
        void close() {
            try {
                in.close();
            } catch (IOException e) {
                Log.log.atDebug().setCause(e).log("the output of a command is not closed");
            }
        }
    }

    private static void tell(CommandResult result, long nanos) {
        if (!result.command().isLogged()) {
            return;
        }
        LoggingEventBuilder event = result.isSuccess() ? Log.log.atInfo() : Log.log.atError();
        event = event.addKeyValue("type", "exec")
                .addKeyValue("response_time", nanos / 1e9)
                .addKeyValue("command", resolve(result.command().argv().get(0)))
                .addKeyValue("args", result.command().argv());
        if (!result.isSuccess()) {
            event = event.addKeyValue("error", "exit status " + result.exitCode());
            if (!result.stderr().isEmpty()) {
                event = event.addKeyValue("stderr", result.stderr());
            }
        }
        event.log("well: exec");
    }

    private static String resolve(String program) {
        if (program.contains("/")) {
            return program;
        }
        String path = System.getenv("PATH");
        for (String dir : path == null ? new String[0] : path.split(":")) {
            Path candidate = Path.of(dir, program);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return program;
    }
}
