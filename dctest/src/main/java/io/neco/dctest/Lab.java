package io.neco.dctest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A virtual data centre, brought up and driven through {@code bin/lab}. Hosts are named as in {@code bin/lab --help}:
 * {@code boot-0} to {@code boot-3} and {@code internet}. Safe for use by several threads.
 */
public final class Lab {
    private static final Duration UP_TIMEOUT = Duration.ofMinutes(15);
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(10);
    /** The status of {@code bin/lab release --previous} where there are no previous sources. */
    private static final int NO_HISTORY = 3;

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final int PART_OF_ELAPSED = 10;
    private static final String DEFAULT_NAME = "neco";

    private final String name;
    private final Path command;

    /**
     * A lab by its name, up or not.
     *
     * @param name the value of {@code NECO_LAB}
     * @param command the program {@code bin/lab}
     */
    public Lab(String name, Path command) {
        this.name = name;
        this.command = command;
    }

    /**
     * The lab that the environment variable {@code NECO_LAB} names, of the source tree that the working directory is in. Where several
     * large tests run at the same time, the system property {@code neco.lab.lane} counts them from 1, and all but the first have the number
     * after the lab's name: {@code necotest}, {@code necotest-2}.
     *
     * @throws IllegalStateException if no directory from here upwards has {@code bin/lab}
     */
    public static Lab fromEnvironment() {
        var start = Path.of("").toAbsolutePath();
        for (Optional<Path> here = Optional.of(start); here.isPresent(); here = here.map(Path::getParent)) {
            var command = here.get().resolve("bin/lab");
            if (Files.isExecutable(command)) {
                String name = Optional.ofNullable(System.getenv("NECO_LAB")).orElse(DEFAULT_NAME);
                String lane = System.getProperty("neco.lab.lane", "1");
                return new Lab(lane.equals("1") ? name : name + "-" + lane, command);
            }
        }
        throw new IllegalStateException("no directory from " + start + " upwards has bin/lab");
    }

    /** The lab's name. */
    public String name() {
        return name;
    }

    /**
     * How a command ended.
     *
     * @param command what was run
     * @param exitCode its exit code
     * @param stdout what it wrote to standard output
     * @param stderr what it wrote to standard error
     */
    public record Result(List<String> command, int exitCode, String stdout, String stderr) {
        /** Makes the list unmodifiable. */
        public Result {
            command = List.copyOf(command);
        }

        /** Whether the exit code is 0. */
        public boolean succeeded() {
            return exitCode == 0;
        }

        /**
         * This result if the command succeeded.
         *
         * @throws AssertionError if it did not, with everything it wrote
         */
        public Result orFail() {
            if (!succeeded()) {
                throw new AssertionError(this);
            }
            return this;
        }

        @Override
        public String toString() {
            return String.join(" ", command) + ": exit code " + exitCode + "\n" + stdout + stderr;
        }
    }

    /** Something that is waited for; what it throws counts as "not yet". */
    @FunctionalInterface
    public interface Condition {
        /** Whether it holds by now. */
        boolean holds() throws IOException, AssertionError;
    }

    /**
     * Brings the lab up, or makes a running one complete.
     *
     * @param options those of {@code bin/lab up}
     */
    public void up(String... options) {
        lab(UP_TIMEOUT, "", concatenate("up", options)).orFail();
    }

    /** Removes the lab with everything in it. */
    public void down() {
        lab("down").orFail();
    }

    /** Removes the lab at the end of a suite, unless the environment variable {@code NECO_LAB_KEEP} is set to something. */
    public void downUnlessKept() {
        if (Optional.ofNullable(System.getenv("NECO_LAB_KEEP")).orElse("").isEmpty()) {
            down();
        }
    }

    /** Runs a command on a host as root; no shell is involved. */
    public Result exec(String host, String... arguments) {
        return execWithInput(host, "", arguments);
    }

    /** Runs a command on a host as root with this on its standard input. */
    public Result execWithInput(String host, String input, String... arguments) {
        var all = new ArrayList<>(List.of("exec", host));
        all.addAll(Arrays.asList(arguments));
        return lab(COMMAND_TIMEOUT, input, all.toArray(new String[0]));
    }

    /** Runs a line of shell on a host as root. */
    public Result shell(String host, String line) {
        return exec(host, "sh", "-c", line);
    }

    /** Copies a file of this machine to a host, with its mode. */
    public void copy(Path file, String host, String target) {
        run(COMMAND_TIMEOUT, "", List.of("docker", "cp", file.toString(), name + "-" + host + ":" + target))
                .orFail();
    }

    /** Builds a version of neco and publishes it on the lab's release server, where {@code latest} becomes it. */
    public void release(String version) {
        lab(UP_TIMEOUT, "", "release", version).orFail();
    }

    /**
     * Builds a version of neco with other images, another etcdpasswd, another operating system and other contents for the nodes, and
     * publishes it on the lab's release server.
     */
    public void releaseNextArtifacts(String version) {
        lab(UP_TIMEOUT, "", "release", version, "--next-artifacts").orFail();
    }

    /**
     * Builds a version of neco from the sources of the previous release, and publishes it on the lab's release server.
     *
     * @return whether it did; not where this checkout, shallow or unpacked from an archive, has no history to take the sources from
     */
    public boolean releasePrevious(String version) {
        Result result = lab(UP_TIMEOUT, "", "release", version, "--previous");
        return result.exitCode() != NO_HISTORY && result.orFail().succeeded();
    }

    /** Builds a version of neco and publishes it on the lab's release server as a pre-release. */
    public void prerelease(String version) {
        lab(UP_TIMEOUT, "", "release", version, "--prerelease").orFail();
    }

    /** Pulls a host's plug. */
    public void kill(String host) {
        lab("kill", host).orFail();
    }

    /** Freezes everything on a host. */
    public void pause(String host) {
        lab("pause", host).orFail();
    }

    /** Pulls a host's network cable. */
    public void cut(String host) {
        lab("cut", host).orFail();
    }

    /** Undoes {@link #kill}, {@link #pause} and {@link #cut}; systemd answers on the host afterwards. */
    public void heal(String host) {
        lab("heal", host).orFail();
    }

    /** Pulls a host's plug and puts it in again; systemd answers on the host afterwards. */
    public void reboot(String host) {
        lab("reboot", host).orFail();
    }

    /** Makes a server of the lab's Internet misbehave; servers and modes are those of {@code bin/lab fault --help}. */
    public void fault(String server, String mode) {
        lab("fault", server, mode).orFail();
    }

    /** Ends all faults of the lab's Internet. */
    public void clearFaults() {
        lab("fault", "clear").orFail();
    }

    /** The journal of a unit on a host, as {@code journalctl} prints it with these further options. */
    public String logs(String host, String unit, String... options) {
        var all = new ArrayList<>(List.of("logs", host, unit));
        all.addAll(Arrays.asList(options));
        return lab(all.toArray(new String[0])).orFail().stdout();
    }

    /** Runs {@code bin/lab} with these arguments. */
    public Result lab(String... arguments) {
        return lab(COMMAND_TIMEOUT, "", arguments);
    }

    /**
     * Waits until a condition holds, looking five times a second at first, and less often the longer it takes: a look may start a
     * program on a host that has other things to do. It is seen at most a tenth later than it came true.
     *
     * @param what what is waited for, for the message
     * @param deadline how long it may take
     * @throws AssertionError if it still does not hold, with what went wrong at the last look
     */
    public static void waitUntil(String what, Duration deadline, Condition condition) {
        waitUntil(what, deadline, condition, () -> "");
    }

    /**
     * Waits until a text is as wanted, which is looked at as often as {@link #waitUntil(String, Duration, Condition)} does.
     *
     * @param what what is waited for, for the message
     * @param deadline how long it may take
     * @param look how the text is got; what it throws counts as "not yet"
     * @param isWanted whether the text is as wanted by now
     * @return the text that is
     * @throws AssertionError if it still is not, with the text seen last
     */
    public static String waitUntil(String what, Duration deadline, Supplier<String> look, Predicate<String> isWanted) {
        StringBuilder seen = new StringBuilder();
        waitUntil(
                what,
                deadline,
                () -> {
                    String text = look.get();
                    seen.setLength(0);
                    seen.append(text);
                    return isWanted.test(text);
                },
                () -> "; seen last:\n" + seen);
        return seen.toString();
    }

    private static void waitUntil(String what, Duration deadline, Condition condition, Supplier<String> seen) {
        long begin = System.nanoTime();
        long end = begin + deadline.toNanos();
        Optional<Throwable> last;
        do {
            try {
                if (condition.holds()) {
                    return;
                }
                last = Optional.empty();
            } catch (IOException | RuntimeException | AssertionError e) {
                last = Optional.of(e);
            }
            long pause = Math.max(SHORTEST_PAUSE.toNanos(), (System.nanoTime() - begin) / PART_OF_ELAPSED);
            LockSupport.parkNanos(Math.min(pause, LONGEST_PAUSE.toNanos()));
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting until " + what);
            }
        } while (System.nanoTime() < end);
        throw new AssertionError(
                "waited " + deadline.toSeconds() + " s in vain until " + what + seen.get(), last.orElse(null));
    }

    private Result lab(Duration timeout, String input, String... arguments) {
        var line = new ArrayList<>(List.of(command.toString()));
        line.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(line);
        builder.environment().put("NECO_LAB", name);
        return run(timeout, input, builder);
    }

    /**
     * Runs a command on this machine.
     *
     * @param timeout how long it may take
     * @param input what it gets on its standard input
     * @throws AssertionError if it does not end in time
     * @throws UncheckedIOException if it cannot be started
     */
    public static Result run(Duration timeout, String input, List<String> line) {
        return run(timeout, input, new ProcessBuilder(line));
    }

    private static Result run(Duration timeout, String input, ProcessBuilder builder) {
        List<String> line = builder.command();
        ExecutorService readers = Executors.newFixedThreadPool(2, task -> new Thread(task, "lab-output"));
        try {
            var process = builder.start();
            var stdout = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), readers);
            var stderr = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), readers);
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // the command did not want its input; its exit code tells the rest
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", line) + " did not end within " + timeout.toSeconds() + " s");
            }
            return new Result(line, process.exitValue(), stdout.join(), stderr.join());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + line.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + String.join(" ", line), e);
        } finally {
            readers.shutdownNow();
        }
    }

    private static String read(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] concatenate(String first, String[] more) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(more));
        return all.toArray(new String[0]);
    }
}
