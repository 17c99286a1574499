package io.neco.dctest.vault.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PolicyTest {

    @Test
    void rulesKeepTheirOrderAndCapabilities() {
        Policy policy = Policy.parse("ca-admin", """
                # Manage CA (pki secret engines)
                path "ca/*"
                {
                  capabilities = ["create", "read", "update", "delete", "list", "sudo"]
                }
                path "/sys/health" { capabilities = [ "read", ] }
                """);

        assertThat(policy.rules()).extracting(Policy.Rule::pattern).containsExactly("ca/*", "sys/health");
        assertThat(policy.rules().get(0).capabilities())
                .containsExactlyInAnyOrder(
                        Capability.CREATE,
                        Capability.READ,
                        Capability.UPDATE,
                        Capability.DELETE,
                        Capability.LIST,
                        Capability.SUDO);
        assertThat(policy.rules().get(1).capabilities()).containsExactly(Capability.READ);
    }

    @Test
    void oldStyleRuleStandsForItsCapabilities() {
        assertThat(Policy.parse("p", "path \"a\" { policy = \"read\" }")
                        .rules()
                        .get(0)
                        .capabilities())
                .containsExactlyInAnyOrder(Capability.READ, Capability.LIST);
    }

    @Test
    void denyStandsAlone() {
        assertThat(Policy.parse("p", "path \"a\" { capabilities = [\"read\", \"deny\"] }")
                        .rules()
                        .get(0)
                        .capabilities())
                .containsExactly(Capability.DENY);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Policy.parse("p", "path \"a\" {\n capabilities = [\"fly\"]\n}"))
                .hasMessageContaining("\"a\"")
                .hasMessageContaining("fly");
        assertThatThrownBy(() -> Policy.parse("p", "\npath { }")).hasMessageContaining("line 2");
        assertThatThrownBy(() -> Policy.parse("p", "nonsense = 1")).hasMessageContaining("nonsense");
        assertThatThrownBy(() -> Policy.parse("p", "path \"a/+*\" { }")).hasMessageContaining("+*");
        assertThatThrownBy(() -> Policy.parse("p", "path \"a\" { capabilities = \"read\" }"))
                .hasMessageContaining("not a list");
    }
}
