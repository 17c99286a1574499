package io.neco.cli;

import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco bmc config set ipmi-user|ipmi-password}; source: pkg/neco/cmd/bmc_config_set.go at 1eec387. */
@Command(
        description = {
            "Stores a value for the power management of machines, as it is. With - for VALUE, neco asks for it on a terminal, so that",
            "it does not show up in the list of processes and in the shell's history."
        })
final class BmcConfigSetCommand implements NecoCommand {
    private final Surroundings surroundings;
    private final SecretKey key;

    @Parameters(arity = "0..*", paramLabel = "VALUE", description = "the value, or -")
    private List<String> parameters = new ArrayList<>();

    BmcConfigSetCommand(Surroundings surroundings, SecretKey key) {
        this.surroundings = surroundings;
        this.key = key;
    }

    @Override
    public int run() throws IOException {
        String given = Arguments.one(parameters);
        String value = given.equals("-") ? ask() : given;
        try (NecoStore store = surroundings.cluster().open()) {
            store.putSecret(key, value);
            return ExitCode.OK;
        }
    }

    private String ask() throws IOException {
        if (!surroundings.prompt().isPossible()) {
            throw new IOException("there is no terminal to ask for the value on; give it as VALUE");
        }
        return surroundings.prompt().secret("Value: ");
    }
}
