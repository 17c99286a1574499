package io.neco.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An external command, started without a shell.
 *
 * @param argv program and arguments, one element each
 * @param stdin what the command reads; empty: nothing
 * @param environment variables added to the environment
 * @param deadline how long it may run before it is killed
 * @param isLogged whether a log line {@code well: exec} tells of it, as the reference does for most commands
 * @param isQuestion whether it changes nothing, so that a rehearsal runs it as well
 */
public record Command(
        List<String> argv,
        Optional<String> stdin,
        Map<String, String> environment,
        Duration deadline,
        boolean isLogged,
        boolean isQuestion) {
    /** How long a command may run unless it says otherwise. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(2);

    /** Copies the collections. */
    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** A logged command with the default deadline. */
    public static Command of(String... argv) {
        return new Command(List.of(argv), Optional.empty(), Map.of(), DEFAULT_DEADLINE, true, false);
    }

    /** A logged command with the default deadline. */
    public static Command of(List<String> argv) {
        return new Command(argv, Optional.empty(), Map.of(), DEFAULT_DEADLINE, true, false);
    }

    /** The same, without a log line. */
    public Command silent() {
        return new Command(argv, stdin, environment, deadline, false, isQuestion);
    }

    /** The same, known to change nothing. */
    public Command asking() {
        return new Command(argv, stdin, environment, deadline, isLogged, true);
    }

    /** The same with another deadline. */
    public Command within(Duration other) {
        return new Command(argv, stdin, environment, other, isLogged, isQuestion);
    }

    /** The same, reading {@code text}. */
    public Command withStdin(String text) {
        return new Command(argv, Optional.of(text), environment, deadline, isLogged, isQuestion);
    }

    /** The same with further arguments. */
    public Command with(String... more) {
        List<String> all = new ArrayList<>(argv);
        all.addAll(List.of(more));
        return new Command(all, stdin, environment, deadline, isLogged, isQuestion);
    }
}
