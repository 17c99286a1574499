package io.neco.cli;

import java.util.List;

/** Entry point of {@code neco}. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] args) {
        int status = new Neco(Surroundings.system()).run(List.of(args));
        System.exit(status);
    }
}
