package io.neco.cli;

import io.neco.store.SecretKey;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code neco vault show-root-token}; source: pkg/neco/cmd/vault_show_root_token.go at 1eec387. */
@Command(description = "Prints Vault's root token. It is kept only by `neco setup --no-revoke`.")
final class VaultShowRootTokenCommand implements NecoCommand {
    private final Surroundings surroundings;

    VaultShowRootTokenCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        return Secrets.print(
                surroundings,
                SecretKey.VAULT_ROOT_TOKEN,
                "setup revokes and deletes the root token unless called with --no-revoke");
    }
}
