package io.neco.cli;

import java.util.List;

/** Entry point of {@code neco}. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] args) {
        run(Surroundings.system(), List.of(args));
    }

    static void run(Surroundings surroundings, List<String> args) {
        int status = new Neco(surroundings).run(args);
        // not exit: that would look for a logger to tell of it in all the libraries. Commands have put away what they
        // started, and output is flushed
        Runtime.getRuntime().halt(status);
    }
}
