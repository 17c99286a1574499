package io.neco.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
        boolean ended = false;
        try {
            FutureTask<String> stdout = collect(process.getInputStream(), command, "stdout");
            FutureTask<String> stderr = collect(process.getErrorStream(), command, "stderr");
            feed(process, command);
            if (!process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("`" + String.join(" ", command.argv()) + "` did not end within "
                        + command.deadline().toSeconds() + " s and was killed");
            }
            ended = true;
            CommandResult result = new CommandResult(command, process.exitValue(), await(stdout), await(stderr));
            tell(result, System.nanoTime() - begin);
            return result;
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private static void feed(Process process, Command command) {
        if (command.stdin().isEmpty()) {
            return;
        }
        try (OutputStream out = process.getOutputStream()) {
            out.write(command.stdin().get().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the command need not read what it is given; its exit status tells whether it minded
            Log.log.atDebug().addKeyValue("command", command.argv().get(0)).log("command did not read its input");
        }
    }

    private static FutureTask<String> collect(InputStream in, Command command, String name) {
        FutureTask<String> task = new FutureTask<>(() -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
        Thread thread = new Thread(task, name + " of " + command.argv().get(0));
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static String await(FutureTask<String> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new IOException(io);
            }
            throw new IllegalStateException(e.getCause());
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
