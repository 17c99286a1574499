package io.neco.cli;

import java.io.IOException;
import java.util.List;

/** The tool: finds the command, lets picocli read its options, runs it, and turns what goes wrong into one message. */
public final class Neco {
    /** Where the package says which version it is. */
    static final String VERSION_FILE = "/usr/lib/neco/version";

    private final Surroundings surroundings;

    /** @param surroundings what commands see of the world */
    public Neco(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Runs a command line.
     *
     * @return exit status, see docs/neco.md
     */
    public int run(List<String> args) {
        try {
            return written(dispatch(args));
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    /** Commands have seen to it themselves when they fail by it. */
    private int written(int status) {
        try {
            return status == ExitCode.OK ? surroundings.writtenStatus() : status;
        } catch (IOException e) {
            surroundings.err().println("Error: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int dispatch(List<String> args) {
        Invocation invocation;
        try {
            for (int i = 0; i < args.size(); i++) {
                IntactText.require(args.get(i), "argument " + (i + 1));
            }
            invocation = Invocation.parse(args);
        } catch (UsageException | IllegalArgumentException e) {
            surroundings.err().print("Error: " + e.getMessage() + "\nRun 'neco --help' for usage.\n");
            return ExitCode.FAILED;
        }
        if (invocation.node().isGroup()) {
            return runGroup(invocation);
        }
        return new LeafRunner(surroundings, invocation).run();
    }

    private int runGroup(Invocation invocation) {
        if (invocation.path().isEmpty() && invocation.rest().equals(List.of("--version"))) {
            return version();
        }
        for (String option : invocation.rest()) {
            if (option.startsWith("-") && !Invocation.takesValue(option.split("=", 2)[0]) && !isHelp(option)) {
                surroundings
                        .err()
                        .print("Error: unknown flag: " + option + "\nRun '" + invocation.qualifiedName()
                                + " --help' for usage.\n");
                return ExitCode.FAILED;
            }
        }
        surroundings.out().print(HelpText.of(invocation));
        return ExitCode.OK;
    }

    private static boolean isHelp(String option) {
        return option.equals("-h") || option.equals("--help");
    }

    private int version() {
        String version;
        try {
            version = surroundings
                    .files()
                    .readIfExists(VERSION_FILE)
                    .map(String::strip)
                    .orElse("unknown (" + VERSION_FILE + " is missing: this neco was not installed by its package)");
        } catch (IOException e) {
            surroundings.err().println("Error: cannot read " + VERSION_FILE + ": " + e.getMessage());
            return ExitCode.FAILED;
        }
        surroundings.out().println("neco " + version);
        return ExitCode.OK;
    }
}
