package io.neco.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs beside this one until it is closed; it does not outlive this process, even when that is killed. The kernel sees to that,
 * for which it goes by the thread that has started the program: when that ends, so does the program.
 */
public final class BackgroundProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** Of util-linux, which is on every Debian. */
    private static final List<String> DIES_WITH_PARENT = List.of("setpriv", "--pdeathsig", "KILL");

    private static final int LAST_WORDS = 2000;

    private final String program;
    private final Process process;
    private final Thread stopper;
    private final StringBuilder lastWords = new StringBuilder();

    private BackgroundProcess(String program, Process process) {
        this.program = program;
        this.process = process;
        this.stopper = new Thread(process::destroyForcibly, "stop " + program);
    }

    /**
     * Starts a program. What it prints is discarded, of what it complains about the last words are kept.
     *
     * @param command its arguments and environment; deadline and input are not used
     * @throws IOException when it cannot be started
     */
    public static BackgroundProcess start(Command command) throws IOException {
        List<String> argv = new ArrayList<>(DIES_WITH_PARENT);
        argv.addAll(command.argv());
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().putAll(command.environment());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        BackgroundProcess started = new BackgroundProcess(command.argv().get(0), builder.start());
        Runtime.getRuntime().addShutdownHook(started.stopper);
        Thread reader = new Thread(started::collect, "stderr of " + started.program);
        reader.setDaemon(true);
        reader.start();
        return started;
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** How it ended: exit status and last words. */
    public String ending() {
        String words;
        synchronized (lastWords) {
            words = lastWords.toString().strip();
        }
        String status = process.isAlive() ? "still runs" : "ended with exit status " + process.exitValue();
        return program + " " + status + (words.isEmpty() ? "" : ": " + words);
    }

    /** Ends it, by force if it does not go within 5 seconds. */
    @Override
    public void close() {
        process.destroy();
        boolean wasInterrupted = Thread.interrupted();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            wasInterrupted = true;
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(stopper);
        } catch (IllegalStateException e) {
            // this process is ending, so the hook does its work
            process.destroyForcibly();
        }
    }

    private void collect() {
        byte[] buffer = new byte[1024];
        try (InputStream in = process.getErrorStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                synchronized (lastWords) {
                    lastWords.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                    if (lastWords.length() > 2 * LAST_WORDS) {
                        lastWords.delete(0, lastWords.length() - LAST_WORDS);
                    }
                }
            }
        } catch (IOException e) {
            // its output ends with it
            return;
        }
    }
}
