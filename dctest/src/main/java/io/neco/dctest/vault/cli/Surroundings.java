package io.neco.dctest.vault.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a command gets from the process it runs in. */
public record Surroundings(Map<String, String> environment, InputStream stdin, PrintStream stdout, PrintStream stderr) {

    /** Those of this process. */
    public static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), System.in, System.out, System.err);
    }

    /** A variable, unless it is unset or empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Where a login keeps its token. */
    Path tokenFile() {
        return Path.of(variable("HOME").orElse("/root"), ".vault-token");
    }

    /** Whether standard output is a terminal; then a single value gets a newline. */
    static boolean stdoutIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
