package io.neco.dctest.vault;

/** What the stand-in says it is. */
public final class Version {
    /** The version of Vault whose interface is imitated; the suffix says that it is not Vault itself. */
    public static final String VAULT = "1.10.2+stand-in";

    private Version() {}
}
