package io.neco.cli;

import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import io.neco.host.Site;
import io.neco.http.OsTrustStore;
import io.neco.setup.OperatorVault;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultRequestException;
import java.io.IOException;

/**
 * A boot server's Vault as an operator uses it: with the token of {@code VAULT_TOKEN}, else with name and password.
 *
 * <p>Source: vault.go at 1eec387.
 */
final class VaultAccess implements OperatorVault {
    private static final String TOKEN = "VAULT_TOKEN";

    private final Surroundings surroundings;

    VaultAccess(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Connects to the Vault of boot server {@code lrn} and logs in. */
    VaultClient of(int lrn) throws IOException {
        return logIn(connect(lrn));
    }

    @Override
    public VaultClient connect(int lrn) throws IOException {
        String address = new BootServer(Site.load(surroundings.root())).vaultUrl(lrn);
        return VaultClient.connect(address, trust().sslContext());
    }

    @Override
    public VaultClient logIn(VaultClient anonymous) throws IOException {
        String token = surroundings.environment().getOrDefault(TOKEN, "").strip();
        if (!token.isEmpty()) {
            return anonymous.withToken(token);
        }
        Prompt prompt = surroundings.prompt();
        if (!prompt.isPossible()) {
            throw new IOException("stdin and stdout are not terminals, so that nobody can be asked for name and"
                    + " password of Vault's userpass method; run this on a terminal, or set " + TOKEN
                    + " to a token with the policy ca-admin");
        }
        String user = prompt.line("Vault username: ").strip();
        if (user.isEmpty()) {
            throw new IOException("no user name was given; set " + TOKEN + " to use a token instead");
        }
        String password = prompt.secret("Vault password: ");
        try {
            return anonymous.withToken(anonymous.login(user, password));
        } catch (VaultRequestException e) {
            throw new IOException("cannot log in to Vault as " + user + ": " + e.getMessage(), e);
        }
    }

    /** The cluster's own CA if it is there, else all the operating system trusts. */
    private OsTrustStore trust() {
        boolean isCaKnown = surroundings.files().exists(HostPaths.SERVER_CA_FILE);
        return isCaKnown ? new OsTrustStore(surroundings.files().path(HostPaths.SERVER_CA_FILE)) : new OsTrustStore();
    }
}
