package io.neco.cli;

import io.neco.store.SecretKey;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code neco vault show-unseal-key}; source: pkg/neco/cmd/vault_show_unseal_key.go at 1eec387. */
@Command(description = "Prints the key that unseals Vault, as setup has stored it in etcd.")
final class VaultShowUnsealKeyCommand implements NecoCommand {
    private final Surroundings surroundings;

    VaultShowUnsealKeyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        return Secrets.print(
                surroundings,
                SecretKey.VAULT_UNSEAL_KEY,
                "the unseal key was removed by `neco vault remove-unseal-key`, or setup has not stored it yet");
    }
}
