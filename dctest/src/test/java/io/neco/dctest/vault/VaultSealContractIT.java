package io.neco.dctest.vault;

import static io.neco.dctest.vault.SealSteps.CODES;
import static io.neco.dctest.vault.SealSteps.awaitActive;
import static io.neco.dctest.vault.SealSteps.awaitLeader;
import static io.neco.dctest.vault.SealSteps.health;
import static io.neco.dctest.vault.SealSteps.initialise;
import static io.neco.dctest.vault.SealSteps.refusedKey;
import static io.neco.dctest.vault.SealSteps.unseal;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a boot server needs of Vaults that nobody has initialised yet, that are sealed, or of which another one leads, and which share an
 * etcd; {@link VaultContract} is about one that serves. Against the stand-in in this process, or against processes of a real Vault
 * ({@code -Dvault.binary=FILE}) that get the same configuration.
 */
class VaultSealContractIT {
    private static final String PROGRAM = System.getProperty("vault.binary", "");

    private static @Nullable EtcdProcesses etcd;
    private static int clusters;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private VaultServers servers;

    @BeforeAll
    static void startEtcd() throws IOException {
        etcd = new EtcdProcesses(1, Optional.empty());
    }

    @AfterAll
    static void stopEtcd() throws IOException {
        if (etcd != null) {
            etcd.close();
        }
    }

    @BeforeEach
    void shareAPath() {
        String path = "/vault/" + clusters++ + "/";
        servers = new VaultServers(directory, port -> config(port, path), port -> Api.at("http://127.0.0.1:" + port));
    }

    @AfterEach
    void stopServers() throws InterruptedException {
        servers.close();
    }

    private static String config(int port, String path) {
        return """
                disable_mlock = true
                listener "tcp" {
                  address = "127.0.0.1:%1$d"
                  tls_disable = true
                }
                api_addr = "http://127.0.0.1:%1$d"
                storage "etcd" {
                  address = "%2$s"
                  etcd_api = "v3"
                  ha_enabled = "true"
                  path = "%3$s"
                }
                """.formatted(port, String.join(",", Objects.requireNonNull(etcd).endpoints()), path);
    }

    /** A server of the cluster of this test. */
    private Api start() throws IOException {
        return PROGRAM.isEmpty() ? servers.start() : servers.start(List.of(PROGRAM));
    }

    /** What the stand-in answers; a real Vault may answer in the way of another version. */
    private static void assertAnswer(String answer, String expected, String ofOtherVersions) {
        if (PROGRAM.isEmpty()) {
            assertThat(answer).isEqualTo(expected);
        } else {
            assertThat(answer).matches(Pattern.quote(expected) + "|" + ofOtherVersions);
        }
    }

    @Test
    void aServerThatNobodyHasInitialisedSaysSo() throws IOException {
        Api api = start();

        assertThat(api.get("sys/init").expect(200).fields().flag("initialized", true))
                .isFalse();
        Fields status = api.get("sys/seal-status").expect(200).fields();
        assertThat(status.flag("initialized", true)).isFalse();
        assertThat(status.flag("sealed", false)).isTrue();
        api.get("sys/health").expect(501);
        api.get("sys/health" + CODES).expect(296);
        assertThat(api.get("sys/leader").expect(503).errors()).containsExactly("Vault is sealed");
        assertThat(refusedKey(api, "00".repeat(32))).isEqualTo("400 Vault is not initialized");
    }

    @Test
    void anInitialisedServerIsSealedAndTellsNothingButThat() throws IOException {
        Api api = start();

        Fields made = initialise(api);

        assertThat(made.list("keys")).hasSize(1);
        assertThat(made.list("keys_base64")).hasSize(1);
        assertThat(made.text("root_token")).isNotEmpty();
        assertThat(api.get("sys/init").expect(200).fields().flag("initialized", false))
                .isTrue();
        Fields status = api.get("sys/seal-status").expect(200).fields();
        assertThat(status.flag("initialized", false)).isTrue();
        assertThat(status.flag("sealed", false)).isTrue();
        assertThat(status.number("n", 0)).isEqualTo(1);
        assertThat(status.number("t", 0)).isEqualTo(1);
        api.get("sys/health").expect(503);
        Fields sealed = api.get("sys/health" + CODES).expect(298).fields();
        assertThat(sealed.flag("sealed", false)).isTrue();
        assertThat(sealed.flag("standby", false)).isTrue();
        assertThat(api.get("sys/leader").expect(503).errors()).containsExactly("Vault is sealed");
        Api root = api.as(made.text("root_token"));
        assertThat(root.get("secret/a").expect(503).errors()).containsExactly("Vault is sealed");
        assertThat(api.put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1))
                        .expect(400)
                        .errors())
                .containsExactly("Vault is already initialized");
    }

    @Test
    void oneServerIsActiveAndAnotherStandsBy() throws IOException {
        Api first = start();
        Fields made = initialise(first);
        unseal(first, made);
        first.get("sys/health").expect(200);

        Api second = start();
        second.get("sys/health").expect(503);
        unseal(second, made);

        second.get("sys/health").expect(429);
        second.get("sys/health?standbyok=true").expect(200);
        second.get("sys/health" + CODES).expect(297);
        Fields leader = second.get("sys/leader").expect(200).fields();
        assertThat(leader.flag("ha_enabled", false)).isTrue();
        assertThat(leader.flag("is_self", true)).isFalse();
        assertThat(leader.text("leader_address")).isEqualTo(first.address());
        assertThat(first.get("sys/leader").expect(200).fields().flag("is_self", false))
                .isTrue();
    }

    @Test
    void aKeyThatIsNotTheRightOneIsRefusedWithTheReason() throws IOException {
        Api api = start();
        Fields made = initialise(api);

        // status 400 from Vault 1.13 on; Vault 1.7 says that it failed to encrypt
        assertAnswer(
                refusedKey(api, "00".repeat(32)),
                "500 unable to retrieve stored keys: failed to decrypt keys from storage: cipher: message authentication failed",
                "(400|500) .*failed to (de|en)crypt .*: cipher: message authentication failed");
        assertThat(refusedKey(api, "AAAA")).isEqualTo("400 invalid key: key is shorter than minimum 16 bytes");
        assertThat(refusedKey(api, "AAAA".repeat(17)))
                .isEqualTo("400 invalid key: key is longer than maximum 33 bytes");
        assertAnswer(
                refusedKey(api, "00".repeat(33)),
                "500 failed to setup unseal key: crypto/aes: invalid key size 33",
                "400 invalid key: failed to setup unseal key: crypto/aes: invalid key size 33");
        assertThat(refusedKey(api, "?")).isEqualTo("400 'key' must be a valid hex or base64 string");
        api.put("sys/unseal", Map.of()).expect(400);
        assertThat(api.get("sys/seal-status").fields().flag("sealed", false)).isTrue();

        api.put("sys/unseal", Map.of("key", made.list("keys").get(0))).expect(200);
        assertThat(api.get("sys/seal-status").fields().flag("sealed", true)).isFalse();
    }

    @Test
    void threeOfFiveSharesUnseal() throws IOException {
        Api api = start();
        api.put("sys/init", Map.of("secret_shares", 2, "secret_threshold", 3)).expect(400);
        Fields made = api.put("sys/init", Map.of("secret_shares", 5, "secret_threshold", 3))
                .expect(200)
                .fields();
        List<String> keys = made.list("keys_base64");

        Fields one =
                api.put("sys/unseal", Map.of("key", keys.get(4))).expect(200).fields();
        assertThat(one.number("progress", 0)).isEqualTo(1);
        assertThat(one.flag("sealed", false)).isTrue();
        assertThat(api.put("sys/unseal", Map.of("reset", true)).fields().number("progress", -1))
                .isZero();
        api.put("sys/unseal", Map.of("key", keys.get(0))).expect(200);
        api.put("sys/unseal", Map.of("key", keys.get(1))).expect(200);
        byte[] wrong = Base64.getDecoder().decode(keys.get(2));
        wrong[0] ^= 1;
        assertThat(refusedKey(api, Base64.getEncoder().encodeToString(wrong)))
                .matches("(400|500) .*message authentication failed");
        assertThat(api.get("sys/seal-status").fields().number("progress", -1)).isZero();
        for (int i : List.of(1, 3, 0)) {
            api.put("sys/unseal", Map.of("key", keys.get(i))).expect(200);
        }
        awaitLeader(api);

        api.as(made.text("root_token")).get("sys/mounts").expect(200);
    }

    @Test
    void standbyForwardsOrRedirectsAsTheClientLikes() throws IOException {
        Api active = start();
        Fields made = initialise(active);
        unseal(active, made);
        Api standby = start().as(made.text("root_token"));
        unseal(standby, made);

        standby.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        standby.put("secret/a/b", Map.of("c", "d")).expect(204);
        assertThat(standby.get("secret/a/b").expect(200).data().text("c")).isEqualTo("d");
        assertThat(standby.list("secret/a").expect(200).data().list("keys")).containsExactly("b");
        Api.Answer redirect =
                standby.send("GET", "secret/a?list=true", "", Map.of("X-Vault-No-Request-Forwarding", "true"));
        assertThat(redirect.expect(307).location()).contains(active.address() + "/v1/secret/a?list=true");
        Api.Answer refusal = standby.put("sys/seal", Map.of());
        assertAnswer(
                refusal.status() + " " + refusal.errors(),
                "500 [vault cannot seal when in standby mode; please restart instead]",
                "400 \\[error performing token check: Vault is in standby mode]"); // Vault 1.7
    }

    @Test
    void withoutActiveServerTheStandbySaysSo() throws IOException {
        Api only = start();
        Fields made = initialise(only);
        unseal(only, made);
        Api root = only.as(made.text("root_token"));

        root.put("sys/step-down", Map.of()).expect(204);

        Awaitility.await("nobody to lead")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> health(only) == 297);
        for (Map<String, String> headers :
                List.of(Map.<String, String>of(), Map.of("X-Vault-No-Request-Forwarding", "true"))) {
            assertThat(root.send("GET", "sys/auth", "", headers).expect(500).errors())
                    .containsExactly("local node not active but active cluster node not found");
        }
        awaitActive(only, Duration.ofSeconds(30));
    }

    @Test
    void aSealedServerForgetsEverythingUntilUnsealed() throws IOException {
        Api api = start();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));

        root.put("sys/seal", Map.of()).expect(204);

        assertThat(root.get("sys/mounts").expect(503).errors()).containsExactly("Vault is sealed");
        assertThat(api.get("sys/leader").expect(503).errors()).containsExactly("Vault is sealed");
        api.get("sys/health").expect(503);
        unseal(api, made);
        root.get("sys/mounts").expect(200);
    }
}
