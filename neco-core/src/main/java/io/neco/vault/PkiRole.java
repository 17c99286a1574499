package io.neco.vault;

import java.util.Optional;

/**
 * What a role of a PKI engine allows; any name may be certified.
 *
 * @param ttl life of a certificate unless asked otherwise, e.g. {@code 87600h}
 * @param maxTtl longest life
 * @param isServer whether certificates are for servers; empty: Vault's default, true
 * @param isClient whether certificates are for clients; empty: Vault's default, true
 */
public record PkiRole(String ttl, String maxTtl, Optional<Boolean> isServer, Optional<Boolean> isClient) {

    /** For servers only. */
    public static PkiRole server(String ttl) {
        return new PkiRole(ttl, ttl, Optional.empty(), Optional.of(false));
    }

    /** For servers that are each other's clients. */
    public static PkiRole peer(String ttl) {
        return new PkiRole(ttl, ttl, Optional.empty(), Optional.empty());
    }

    /** For clients only. */
    public static PkiRole client(String ttl, String maxTtl) {
        return new PkiRole(ttl, maxTtl, Optional.of(false), Optional.empty());
    }
}
