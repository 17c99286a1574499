package io.neco.dctest.vault;

import io.neco.dctest.vault.cli.Cli;
import io.neco.dctest.vault.cli.Surroundings;
import java.util.List;

/** The program {@code vault}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.run(List.of(args), Surroundings.ofProcess()));
    }
}
