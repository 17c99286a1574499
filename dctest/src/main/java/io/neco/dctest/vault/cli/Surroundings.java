package io.neco.dctest.vault.cli;

import java.io.Console;
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

    /**
     * Asks a person for a secret.
     *
     * @throws UsageException if standard input is not a terminal
     */
    static String askSecret(String prompt) throws UsageException {
        Optional<Console> console = isTerminal(0) ? Optional.ofNullable(System.console()) : Optional.empty();
        char[] answer = console.map(c -> c.readPassword("%s", prompt)).orElse(null);
        if (answer == null) {
            throw new UsageException("standard input is not a terminal: give the secret as argument, or - to read it");
        }
        return new String(answer);
    }

    /** Whether standard output is a terminal; then a single value gets a newline. */
    static boolean stdoutIsTerminal() {
        return isTerminal(1);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
