package io.neco.container;

/**
 * What a registry is shown to get at an image.
 *
 * @param username user; empty with an identity token
 * @param password password; a secret; empty with an identity token
 * @param identityToken token of an earlier login; a secret; usually empty
 */
public record RegistryCredential(String username, String password, String identityToken) {

    /** User and password. */
    public RegistryCredential(String username, String password) {
        this(username, password, "");
    }

    @Override
    public String toString() {
        return "RegistryCredential[" + username + "]";
    }
}
