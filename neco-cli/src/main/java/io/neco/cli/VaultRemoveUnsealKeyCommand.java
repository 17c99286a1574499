package io.neco.cli;

import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code neco vault remove-unseal-key}; source: pkg/neco/cmd/vault_remove_unseal_key.go at 1eec387. */
@Command(
        description = {
            "Deletes the key that unseals Vault from etcd; no error when it is not there. Write it down first",
            "(`neco vault show-unseal-key`): from then on Vault has to be unsealed by hand after every start."
        })
final class VaultRemoveUnsealKeyCommand implements NecoCommand {
    private final Surroundings surroundings;

    VaultRemoveUnsealKeyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        try (NecoStore store = surroundings.cluster().open()) {
            store.deleteSecret(SecretKey.VAULT_UNSEAL_KEY);
            return ExitCode.OK;
        }
    }
}
