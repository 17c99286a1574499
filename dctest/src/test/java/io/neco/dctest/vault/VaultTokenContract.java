package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens: made, looked up, revoked. See {@link VaultContract}. */
interface VaultTokenContract extends VaultUnderTest {
    @Test
    default void requestWithoutTokenIsRefused() {
        Api.Answer answer = root().anonymous().get("sys/mounts");

        assertThat(answer.status()).isIn(400, 403);
        assertThat(answer.errors()).hasSize(1);
        assertThat(answer.errors().get(0)).containsAnyOf("missing client token", "permission denied");
    }

    @Test
    default void unknownTokenIsRefused() {
        Api.Answer answer =
                root().as("s.doesnotexistdoesnotexist").get("sys/mounts").expect(403);

        assertThat(answer.errors().get(0)).contains("permission denied");
    }

    @Test
    default void tokenComesAsBearerToo() {
        root().anonymous()
                .send("GET", "auth/token/lookup-self", "", Map.of("Authorization", "Bearer " + root().token()))
                .expect(200);
    }

    @Test
    default void rootTokenLooksItselfUp() {
        Fields self = root().get("auth/token/lookup-self").expect(200).data();

        assertThat(self.text("id")).isEqualTo(root().token());
        assertThat(self.list("policies")).containsExactly("root");
        assertThat(self.number("ttl", -1)).isZero();
        assertThat(self.flag("orphan", false)).isTrue();
    }

    @Test
    default void createdTokenHasItsPoliciesAndItsEnd() {
        Fields auth = root().post("auth/token/create", Map.of("policies", List.of("default"), "ttl", "1h"))
                .expect(200)
                .auth();

        Api child = root().as(auth.text("client_token"));
        Fields self = child.get("auth/token/lookup-self").expect(200).data();
        assertThat(auth.list("policies")).containsExactly("default");
        assertThat(auth.number("lease_duration", 0)).isEqualTo(3600);
        assertThat(self.number("ttl", 0)).isBetween(3590L, 3600L);
        assertThat(self.number("creation_ttl", 0)).isEqualTo(3600);
        child.put("auth/token/renew-self", Map.of("increment", "2h")).expect(200);
        child.put("auth/token/revoke-self", Map.of()).expect(204);
        child.get("auth/token/lookup-self").expect(403);
    }

    @Test
    default void revokedTokenTakesItsChildrenAlongButNotOrphans() {
        Api parent = root().as(newToken(Map.of("policies", List.of("root"))));
        Api child = root().as(parent.post("auth/token/create", Map.of("ttl", "1h"))
                .expect(200)
                .auth()
                .text("client_token"));
        Api orphan = root().as(parent.post("auth/token/create", Map.of("ttl", "1h", "no_parent", true))
                .expect(200)
                .auth()
                .text("client_token"));

        parent.send("PUT", "auth/token/revoke-self", "", Map.of()).expect(204);

        child.get("auth/token/lookup-self").expect(403);
        orphan.get("auth/token/lookup-self").expect(200);
        orphan.put("auth/token/revoke-self", Map.of()).expect(204);
    }

    @Test
    default void tokenWithOneUseWorksOnce() {
        Api once = root().as(newToken(Map.of("policies", List.of("default"), "num_uses", 1)));

        once.get("auth/token/lookup-self").expect(200);
        once.get("auth/token/lookup-self").expect(403);
    }

    @Test
    default void tokenIsFoundAndRevokedByItsAccessor() {
        Fields auth = root().post("auth/token/create", Map.of("policies", List.of("default"), "ttl", "1h"))
                .expect(200)
                .auth();

        Map<String, Object> accessor = Map.of("accessor", auth.text("accessor"));
        Fields found =
                root().post("auth/token/lookup-accessor", accessor).expect(200).data();
        assertThat(found.list("policies")).containsExactly("default");
        assertThat(found.text("id")).isEmpty();
        root().post("auth/token/revoke-accessor", accessor).expect(204);
        root().as(auth.text("client_token")).get("auth/token/lookup-self").expect(403);
    }

    @Test
    default void childGetsNoPolicyItsParentLacks() {
        Api weak = root().as(newToken(Map.of("policies", List.of("default"), "ttl", "1h")));

        assertThat(weak.post("auth/token/create", Map.of("policies", List.of("root")))
                        .status())
                .isIn(400, 403);
    }
}
