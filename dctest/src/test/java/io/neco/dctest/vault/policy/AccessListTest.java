package io.neco.dctest.vault.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessListTest {

    private static AccessList of(String... policies) {
        return AccessList.of(IntStream.range(0, policies.length)
                .mapToObj(i -> Policy.parse("p" + i, policies[i]))
                .toList());
    }

    private static String rule(String path, String... capabilities) {
        return "path \"" + path + "\" { capabilities = ["
                + String.join(
                        ", ",
                        Arrays.stream(capabilities).map(c -> "\"" + c + "\"").toList()) + "] }\n";
    }

    private static boolean reads(AccessList list, String path) {
        return list.allows(Capability.READ, path, false);
    }

    @Test
    void nothingIsAllowedWithoutARule() {
        assertThat(reads(of(), "a")).isFalse();
        assertThat(reads(of(rule("a", "update")), "a")).isFalse();
        assertThat(of().capabilities("a")).containsExactly(Capability.DENY);
    }

    @Test
    void rootMayDoEverything() {
        assertThat(AccessList.root().allows(Capability.DELETE, "sys/auth/x", true))
                .isTrue();
    }

    @Test
    void patternsMatchExactlyByPrefixOrBySegment() {
        AccessList list =
                of(rule("a/b", "read") + rule("p/*", "read") + rule("s/+/end", "read") + rule("t/+/x*", "read"));

        assertThat(reads(list, "a/b")).isTrue();
        assertThat(reads(list, "a/b/c")).isFalse();
        assertThat(reads(list, "p/")).isTrue();
        assertThat(reads(list, "p/a/b")).isTrue();
        assertThat(reads(list, "p")).isFalse();
        assertThat(reads(list, "s/one/end")).isTrue();
        assertThat(reads(list, "s/one/two/end")).isFalse();
        assertThat(reads(list, "s//end")).isFalse();
        assertThat(reads(list, "t/one/xyz/more")).isTrue();
        assertThat(reads(list, "t/one/y")).isFalse();
    }

    @Test
    void mostSpecificPatternCountsAlone() {
        AccessList list = of(rule("a/*", "read", "list")
                + rule("a/b/*", "update")
                + rule("a/b/c", "delete")
                + rule("a/+/d", "list"));

        assertThat(reads(list, "a/x")).isTrue();
        assertThat(reads(list, "a/b/x")).isFalse();
        assertThat(list.allows(Capability.UPDATE, "a/b/x", false)).isTrue();
        assertThat(list.allows(Capability.UPDATE, "a/b/c", false)).isFalse();
        assertThat(list.allows(Capability.DELETE, "a/b/c", false)).isTrue();
        assertThat(list.allows(Capability.LIST, "a/z/d", false)).isTrue();
        assertThat(list.allows(Capability.UPDATE, "a/b/d", false)).isTrue();
    }

    @Test
    void policiesAddUpUnlessOneDenies() {
        AccessList list = of(rule("a", "read") + rule("b", "read"), rule("a", "update") + rule("b", "deny"));

        assertThat(list.capabilities("a")).containsExactlyInAnyOrder(Capability.READ, Capability.UPDATE);
        assertThat(reads(list, "b")).isFalse();
        assertThat(list.capabilities("b")).containsExactly(Capability.DENY);
    }

    @Test
    void protectedPathsNeedSudoToo() {
        AccessList plain = of(rule("sys/auth/*", "create", "update"));
        AccessList strong = of(rule("sys/auth/*", "create", "update", "sudo"));

        assertThat(plain.allows(Capability.UPDATE, "sys/auth/x", true)).isFalse();
        assertThat(strong.allows(Capability.UPDATE, "sys/auth/x", true)).isTrue();
    }

    @Test
    void listMatchesWithOrWithoutTheSlashAtTheEnd() {
        assertThat(of(rule("a", "list")).allows(Capability.LIST, "a/", false)).isTrue();
        assertThat(of(rule("a/", "list")).allows(Capability.LIST, "a/", false)).isTrue();
        assertThat(of(rule("a/*", "list")).allows(Capability.LIST, "a/", false)).isTrue();
    }
}
