package io.neco.program.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VaultPoliciesTest {
    @Test
    void caAdminIsTheReferencesTextToTheByte() {
        assertThat(VaultPolicies.caAdmin())
                .isEqualTo("# Manage CA (pki secret engines)\npath \"ca/*\"\n{\n"
                        + "  capabilities = [\"create\", \"read\", \"update\", \"delete\", \"list\", \"sudo\"]\n}\n");
    }

    @Test
    void adminMayDoEverythingButTouchTheAuthorities() {
        List<String> rules = Pattern.compile("path \"(.*)\"\\n\\{\\n  capabilities = \\[(.*)\\]")
                .matcher(VaultPolicies.admin())
                .results()
                .map(match -> match.group(1) + ": " + match.group(2).replace("\"", ""))
                .toList();

        assertThat(rules)
                .containsExactly(
                        "auth/*: create, read, update, delete, list, sudo",
                        "sys/auth/*: create, update, delete, sudo",
                        "sys/auth: read",
                        "sys/policy/*: create, read, update, delete, list, sudo",
                        "sys/policies/acl/*: create, read, update, delete, list, sudo",
                        "sys/policy: read",
                        "sys/capabilities: create, update",
                        "sys/capabilities-self: create, update",
                        "secret/*: create, read, update, delete, list, sudo",
                        "sys/mounts/*: create, read, update, delete, list, sudo",
                        "sys/mounts: read",
                        "sys/health: read, sudo");
    }
}
