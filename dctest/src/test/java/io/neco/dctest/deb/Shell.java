package io.neco.dctest.deb;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs commands on this machine. */
public final class Shell {
    private static final long TIMEOUT_SECONDS = 600;

    private Shell() {}

    /** The top of the source tree that the working directory is in. */
    static Path sourceTree() {
        for (Optional<Path> here = Optional.of(Path.of("").toAbsolutePath());
                here.isPresent();
                here = here.map(Path::getParent)) {
            if (Files.isExecutable(here.get().resolve("bin/deb"))) {
                return here.get();
            }
        }
        throw new IllegalStateException("no directory from here upwards has bin/deb");
    }

    /** Runs a command, which must end within ten minutes. */
    public static Lab.Result run(String... command) {
        return run(Map.of(), command);
    }

    static Lab.Result run(Map<String, String> environment, String... command) {
        List<String> line = Arrays.asList(command);
        try {
            Path stdout = Files.createTempFile("shell", ".out");
            Path stderr = Files.createTempFile("shell", ".err");
            try {
                var builder = new ProcessBuilder(line)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
                builder.environment().putAll(environment);
                var process = builder.start();
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError(String.join(" ", line) + " did not end within " + TIMEOUT_SECONDS + " s");
                }
                return new Lab.Result(
                        line,
                        process.exitValue(),
                        Files.readString(stdout, StandardCharsets.UTF_8),
                        Files.readString(stderr, StandardCharsets.UTF_8));
            } finally {
                Files.delete(stdout);
                Files.delete(stderr);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", line), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + String.join(" ", line), e);
        }
    }

    /** Builds a version of the package into a directory and answers its file. */
    static Path deb(String version, Path directory) {
        run(sourceTree().resolve("bin/deb").toString(), version, "--output", directory.toString())
                .orFail();
        return directory.resolve("neco_" + version + "_amd64.deb");
    }
}
