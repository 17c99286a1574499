package io.neco.cli;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.HostPaths;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.security.SecureRandom;
import picocli.CommandLine.Option;

/**
 * {@code neco ssh generate}; source: pkg/neco/cmd/ssh_generate.go at 1eec387, which stores the public key first: when ckecli failed, the
 * nodes got a key whose other half nobody had, and another try was refused.
 */
@picocli.CommandLine.Command(
        description = {
            "Makes a new key pair for administrators of the nodes. The private key is given to CKE, which keeps it in Vault; the",
            "public key is stored in etcd, and the nodes that boot from then on accept it."
        })
final class SshGenerateCommand implements NecoCommand {
    private final Surroundings surroundings;
    private final SecureRandom random = new SecureRandom();

    @Option(names = "--dump", description = "print the private key as well")
    private boolean isDump;

    @Option(names = "--force", description = "replace the key pair there is")
    private boolean isForced;

    SshGenerateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        try (NecoStore store = surroundings.cluster().open()) {
            if (!isForced && store.sshPublicKey().isPresent()) {
                throw new IOException(
                        "SSH key already exists; --force replaces it, nodes then accept the new one after their next boot");
            }
            SshKeyPair pair = SshKeyPair.generate(random);
            giveToCke(pair.privateKey());
            giveToNodes(store, pair.publicKey());
            if (isDump) {
                surroundings.out().println(pair.privateKey());
            }
            return ExitCode.OK;
        }
    }

    private static void giveToNodes(NecoStore store, String publicKey) throws IOException {
        try {
            store.putSshPublicKey(publicKey);
        } catch (StoreException e) {
            throw new IOException(
                    "CKE has the new private key, but etcd may not have the public one, without which nodes refuse it: "
                            + e.getMessage() + "; run `neco ssh generate --force`, which replaces both",
                    e);
        }
    }

    private void giveToCke(String privateKey) throws IOException, InterruptedException {
        CommandResult result = surroundings
                .commands()
                .run(Command.of(HostPaths.CKECLI, "vault", "ssh-privkey", "-")
                        .withStdin(privateKey)
                        .silent());
        if (!result.isSuccess()) {
            throw new IOException("CKE did not take the private key, nothing was changed: `" + HostPaths.CKECLI
                    + " vault ssh-privkey -` failed with exit status " + result.exitCode() + ": "
                    + result.stderr().strip());
        }
    }
}
