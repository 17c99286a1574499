package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a server says about itself. See {@link VaultContract}. */
interface VaultStatusContract extends VaultUnderTest {
    @Test
    default void healthOfTheActiveServerIs200WhateverTheOtherCodesAre() {
        Api.Answer plain = root().anonymous().get("sys/health").expect(200);
        Api.Answer coded = root().anonymous()
                .get("sys/health?drsecondarycode=299&performancestandbycode=299&sealedcode=299&standbycode=299"
                        + "&uninitcode=299");

        coded.expect(200);
        assertThat(plain.fields().flag("initialized", false)).isTrue();
        assertThat(plain.fields().flag("sealed", true)).isFalse();
        assertThat(plain.fields().flag("standby", true)).isFalse();
        assertThat(plain.fields().text("cluster_id")).isNotEmpty();
        assertThat(plain.fields().text("version")).startsWith("1.");
    }

    @Test
    default void healthTakesTheCodeForTheActiveServerFromTheQueryAndAnswersHead() {
        root().anonymous().get("sys/health?activecode=299").expect(299);
        assertThat(root().anonymous().send("HEAD", "sys/health", "", Map.of()).status())
                .isEqualTo(200);
    }

    @Test
    default void sealStatusTellsTheDivisionOfTheKey() {
        Fields status = root().anonymous().get("sys/seal-status").expect(200).fields();

        assertThat(status.text("type")).isEqualTo("shamir");
        assertThat(status.flag("sealed", true)).isFalse();
        assertThat(status.number("n", 0)).isPositive();
        assertThat(status.number("t", 0)).isPositive();
        assertThat(status.number("progress", -1)).isZero();
        assertThat(status.text("storage_type")).isNotEmpty();
    }

    @Test
    default void isNotInitialisedTwice() {
        assertThat(root().anonymous().get("sys/init").expect(200).fields().flag("initialized", false))
                .isTrue();

        Api.Answer again = root().anonymous().put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));

        assertThat(again.expect(400).errors()).containsExactly("Vault is already initialized");
    }

    @Test
    default void leaderIsKnown() {
        Fields leader = root().anonymous().get("sys/leader").expect(200).fields();

        assertThat(leader.values()).containsKeys("ha_enabled", "is_self", "leader_address");
    }

    @Test
    default void statusPathsTakeNoOtherMethod() {
        root().anonymous().delete("sys/seal-status").expect(405);
        root().anonymous().delete("sys/leader").expect(405);
    }
}
