package io.neco.program.vault;

import java.util.ArrayList;
import java.util.List;

/**
 * The policies of a boot cluster's Vault.
 *
 * <p>Source: setup/vault.go at 1eec387, docs/vault.md.
 */
public final class VaultPolicies {
    /** For administrators: everything but the contents of the CAs. */
    public static final String ADMIN = "admin";
    /** For those who issue certificates. */
    public static final String CA_ADMIN = "ca-admin";

    private static final String[] ALL = {"create", "read", "update", "delete", "list", "sudo"};

    private VaultPolicies() {}

    /** The text of {@link #ADMIN}. */
    public static String admin() {
        return new Policy()
                .path("Manage auth methods broadly across Vault", "auth/*", ALL)
                .path("Create, update, and delete auth methods", "sys/auth/*", "create", "update", "delete", "sudo")
                .path("List auth methods", "sys/auth", "read")
                .path("Manage ACL policies through the old path", "sys/policy/*", ALL)
                .path("Manage ACL policies", "sys/policies/acl/*", ALL)
                .path("List existing policies", "sys/policy", "read")
                .path("Ask for the capabilities of a token", "sys/capabilities", "create", "update")
                .path("Ask for one's own capabilities", "sys/capabilities-self", "create", "update")
                .path("Manage secrets", "secret/*", ALL)
                .path("Manage secret engines", "sys/mounts/*", ALL)
                .path("List secret engines", "sys/mounts", "read")
                .path("Read health", "sys/health", "read", "sudo")
                .text();
    }

    /** The text of {@link #CA_ADMIN}. */
    public static String caAdmin() {
        return new Policy().path("Manage CA (pki secret engines)", "ca/*", ALL).text();
    }

    private static final class Policy {
        private final List<String> blocks = new ArrayList<>();

        Policy path(String comment, String path, String... capabilities) {
            blocks.add("# " + comment + "\npath \"" + path + "\"\n{\n  capabilities = [\""
                    + String.join("\", \"", capabilities) + "\"]\n}\n");
            return this;
        }

        String text() {
            return String.join("\n", blocks);
        }
    }
}
