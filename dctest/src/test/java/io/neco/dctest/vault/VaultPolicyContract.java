package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Policies, logins, audit. See {@link VaultContract}. */
interface VaultPolicyContract extends VaultUnderTest {
    String ADMIN = """
            path "auth/*" {
              capabilities = ["create", "read", "update", "delete", "list", "sudo"]
            }
            path "sys/auth" {
              capabilities = ["read"]
            }
            """;

    @Test
    default void policyIsWrittenReadListedAndDeleted() {
        String name = VaultUnderTest.unique("policy");

        root().put("sys/policies/acl/" + name, Map.of("policy", ADMIN)).expect(204);

        assertThat(root().get("sys/policies/acl/" + name).expect(200).data().text("policy"))
                .isEqualTo(ADMIN);
        assertThat(root().get("sys/policy/" + name).expect(200).data().text("rules"))
                .isEqualTo(ADMIN);
        assertThat(root().list("sys/policies/acl").expect(200).data().list("keys"))
                .contains(name, "default", "root");
        assertThat(root().get("sys/policy").expect(200).fields().list("policies"))
                .contains(name);
        root().delete("sys/policies/acl/" + name).expect(204);
        root().get("sys/policies/acl/" + name).expect(404);
    }

    @Test
    default void malformedPolicyIsRefused() {
        String name = VaultUnderTest.unique("policy");

        root().put("sys/policies/acl/" + name, Map.of("policy", "path \"a\" {")).expect(400);
        root().put("sys/policies/acl/" + name, Map.of("policy", "path \"a\" { capabilities = [\"fly\"] }"))
                .expect(400);
        root().put("sys/policies/acl/root", Map.of("policy", ADMIN)).expect(400);
        root().delete("sys/policies/acl/default").expect(400);
    }

    @Test
    default void policiesDecideWhatATokenMayDo() {
        String mount = keyValueMount();
        String name = VaultUnderTest.unique("policy");
        String text = """
                path "%1$s/read/*"   { capabilities = ["read", "list"] }
                path "%1$s/create/*" { capabilities = ["create"] }
                path "%1$s/update/*" { capabilities = ["update"] }
                path "%1$s/+/one"    { capabilities = ["read"] }
                path "%1$s/read/no"  { capabilities = ["deny"] }
                path "sys/mounts"    { capabilities = ["read"] }
                path "sys/auth/*"    { capabilities = ["create", "update"] }
                """.formatted(mount);
        root().put("sys/policies/acl/" + name, Map.of("policy", text)).expect(204);
        root().put(mount + "/read/a", Map.of("b", "c")).expect(204);
        root().put(mount + "/update/a", Map.of("b", "c")).expect(204);
        root().put(mount + "/some/one", Map.of("b", "c")).expect(204);
        Api limited = root().as(newToken(Map.of("policies", List.of(name), "ttl", "1h")));

        limited.get(mount + "/read/a").expect(200);
        limited.list(mount + "/read").expect(200);
        limited.get(mount + "/some/one").expect(200);
        limited.get("sys/mounts").expect(200);
        limited.put(mount + "/create/a", Map.of("b", "c")).expect(204);
        limited.put(mount + "/update/a", Map.of("b", "d")).expect(204);
        assertThat(limited.put(mount + "/create/a", Map.of("b", "d"))
                        .expect(403)
                        .errors()
                        .get(0))
                .contains("permission denied");
        limited.put(mount + "/update/new", Map.of("b", "d")).expect(403);
        limited.get(mount + "/read/no").expect(403);
        limited.get(mount + "/other").expect(403);
        limited.delete(mount + "/read/a").expect(403);
        limited.get(VaultUnderTest.unique("nothing") + "/a").expect(403);
        limited.post("sys/auth/" + VaultUnderTest.unique("u"), Map.of("type", "userpass"))
                .expect(403);
        Fields capabilities = limited.post(
                        "sys/capabilities-self", Map.of("paths", List.of(mount + "/read/a", mount + "/other")))
                .expect(200)
                .data();
        assertThat(capabilities.list(mount + "/read/a")).containsExactlyInAnyOrder("read", "list");
        assertThat(capabilities.list(mount + "/other")).containsExactly("deny");
        root().delete("sys/mounts/" + mount).expect(204);
        root().delete("sys/policies/acl/" + name).expect(204);
    }

    @Test
    default void userLogsInWithThePoliciesAndTheTimeOfTheMethod() {
        String method = VaultUnderTest.unique("userpass");
        String policy = VaultUnderTest.unique("admin");
        root().put("sys/policies/acl/" + policy, Map.of("policy", ADMIN)).expect(204);
        root().post(
                        "sys/auth/" + method,
                        Map.of("type", "userpass", "config", Map.of("default_lease_ttl", "2h", "max_lease_ttl", "24h")))
                .expect(204);
        String user = "auth/" + method + "/users/admin";
        String login = "auth/" + method + "/login/admin";
        root().put(user, Map.of("policies", policy, "password", "cybozu")).expect(204);

        Api.Answer wrong =
                root().anonymous().put(login, Map.of("password", "other")).expect(400);
        Fields auth = root().anonymous()
                .put(login, Map.of("password", "cybozu"))
                .expect(200)
                .auth();

        assertThat(wrong.errors()).containsExactly("invalid username or password");
        assertThat(auth.list("policies")).containsExactlyInAnyOrder(policy, "default");
        assertThat(auth.number("lease_duration", 0)).isEqualTo(7200);
        assertThat(auth.flag("renewable", false)).isTrue();
        assertThat(auth.object("metadata").text("username")).isEqualTo("admin");
        Api admin = root().as(auth.text("client_token"));
        admin.get("sys/auth").expect(200);
        admin.get(user).expect(200);
        admin.get("sys/mounts").expect(403);
        assertThat(root().list("auth/" + method + "/users").expect(200).data().list("keys"))
                .containsExactly("admin");
        root().anonymous()
                .put("auth/" + method + "/login/nobody", Map.of("password", "x"))
                .expect(400);
        admin.put("auth/token/revoke-self", Map.of()).expect(204);
        admin.get("sys/auth").expect(403);
        root().delete("sys/auth/" + method).expect(204);
        root().delete("sys/policies/acl/" + policy).expect(204);
    }

    @Test
    default void loginMethodIsEnabledOnceAndListed() {
        String method = VaultUnderTest.unique("approle");

        root().post("sys/auth/" + method, Map.of("type", "approle")).expect(204);
        Api.Answer again =
                root().post("sys/auth/" + method, Map.of("type", "approle")).expect(400);

        assertThat(again.errors().get(0)).contains("path is already in use at");
        Fields methods = root().get("sys/auth").expect(200).fields();
        assertThat(methods.object("data").object(method + "/").text("type")).isEqualTo("approle");
        assertThat(methods.values()).containsKeys(method + "/", "token/");
        root().delete("sys/auth/" + method).expect(204);
    }

    @Test
    default void auditDeviceIsEnabledOnceAndDisabled() {
        String device = VaultUnderTest.unique("stdout");
        Map<String, Object> file = Map.of("type", "file", "options", Map.of("file_path", "stdout"));

        root().put("sys/audit/" + device, file).expect(204);
        Api.Answer again = root().put("sys/audit/" + device, file).expect(400);

        assertThat(again.errors().get(0)).contains("path already in use");
        assertThat(root().get("sys/audit")
                        .expect(200)
                        .data()
                        .object(device + "/")
                        .text("type"))
                .isEqualTo("file");
        root().delete("sys/audit/" + device).expect(204);
    }

    @Test
    default void unknownSystemPathIsNotFound() {
        root().get("sys/nosuchthing").expect(404);
    }
}
