package io.neco.store;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows one certificate to every server that asks for any; one that cannot be read makes the handshake fail. A key store would encrypt the
 * key with a password and decrypt it again, which takes a JVM that has just started a tenth of a second.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "neco";
    private final Future<Optional<TlsMaterial.Identity>> identity;

    /** @param identity what is read meanwhile */
    IdentityKeyManager(Future<Optional<TlsMaterial.Identity>> identity) {
        this.identity = identity;
    }

    /** @param identity the client's own certificate and key */
    IdentityKeyManager(TlsMaterial.Identity identity) {
        this(CompletableFuture.completedFuture(Optional.of(identity)));
    }

    private TlsMaterial.Identity identity() {
        try {
            return identity.get().orElseThrow();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the client certificate cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the client certificate is read", e);
        }
    }

    private @Nullable String alias(String[] keyTypes) {
        for (String keyType : keyTypes) {
            if (keyType.startsWith(identity().key().getAlgorithm())) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identity().chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identity().key();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}
