package io.neco.setup;

import io.neco.store.SecretKey;
import io.neco.vault.VaultRequestException;
import java.io.IOException;
import java.util.List;

/** Vault does not take the unseal key that etcd has; the message says which key it is, not what it is, and what to do. */
public final class UnsealKeyException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private static final int SERVER_ERROR = 500;
    /** What Vault says of a key that is another one, and of one whose length no key has. */
    private static final List<String> WRONG_KEY =
            List.of("message authentication failed", "failed to setup unseal key");

    private UnsealKeyException(VaultRequestException cause) {
        super(
                "Vault does not take the unseal key that etcd has as " + SecretKey.VAULT_UNSEAL_KEY.key() + ": "
                        + cause.getMessage()
                        + "; compare what `neco vault show-unseal-key` prints with the key that was written down, and store"
                        + " that with `etcdctl put /neco/" + SecretKey.VAULT_UNSEAL_KEY.key()
                        + "` (/usr/share/doc/neco/docs/vault.md)",
                cause);
    }

    /** What it means that an unsealing with the key in etcd has failed: {@code failure} itself, unless Vault has refused the key. */
    public static IOException of(VaultRequestException failure) {
        return failure.status() == BAD_REQUEST || isWrongKey(failure) ? new UnsealKeyException(failure) : failure;
    }

    /** From 1.3 to 1.12, both are failures of the server to Vault, and not of the request. */
    private static boolean isWrongKey(VaultRequestException failure) {
        String words = String.valueOf(failure.getMessage());
        return failure.status() == SERVER_ERROR && WRONG_KEY.stream().anyMatch(words::contains);
    }
}
