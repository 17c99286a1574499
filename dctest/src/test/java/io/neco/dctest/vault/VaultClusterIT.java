package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.etcd.EtcdStorage;
import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.tls.KeyPairFiles;
import io.neco.dctest.tls.TlsContexts;
import io.neco.dctest.vault.config.ServerConfig;
import io.neco.store.testing.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several servers over one etcd cluster, all with TLS as on boot servers: seal, leadership, and what etcd gets to see. */
class VaultClusterIT {
    private static final String CODES = "?sealedcode=298&standbycode=297&uninitcode=296";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private static @Nullable Certificates certificates;
    private static @Nullable EtcdProcesses etcd;
    private static int clusters;

    private final List<VaultServer> servers = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private String path = "";

    @BeforeAll
    static void startEtcd() throws IOException {
        Certificates made = new Certificates(directory);
        certificates = made;
        etcd = new EtcdProcesses(3, Optional.of(made));
    }

    @AfterAll
    static void stopEtcd() throws IOException {
        if (etcd != null) {
            etcd.close();
        }
    }

    @BeforeEach
    void choosePath() {
        path = "/vault/" + clusters++ + "/";
    }

    @AfterEach
    void stopServers() {
        servers.forEach(VaultServer::close);
        processes.forEach(Process::destroyForcibly);
    }

    private static EtcdProcesses etcd() {
        return Objects.requireNonNull(etcd);
    }

    private static Path file(String name) {
        return Objects.requireNonNull(certificates).file(name);
    }

    private String config(int port) {
        return """
                # vault configuration file
                listener "tcp" {
                  address = "127.0.0.1:%1$d"
                  tls_cert_file = "%2$s/server.crt"
                  tls_key_file = "%2$s/server.key"
                  telemetry {
                    unauthenticated_metrics_access = true
                  }
                }
                telemetry {
                  prometheus_retention_time = "5m"
                  disable_hostname = true
                }
                api_addr = "https://127.0.0.1:%1$d"
                cluster_addr = "https://127.0.0.1:%1$d"
                storage "etcd" {
                  address = "%3$s"
                  etcd_api = "v3"
                  ha_enabled = "true"
                  path = "%4$s"
                  tls_cert_file = "%2$s/vault.crt"
                  tls_key_file = "%2$s/vault.key"
                  tls_ca_file = "%2$s/ca.crt"
                }
                """.formatted(port, directory, String.join(",", etcd().endpoints()), path);
    }

    private Api startServer() throws IOException {
        int port = Ports.free();
        servers.add(VaultServer.start(
                ServerConfig.parse(config(port)),
                Clock.systemUTC(),
                new PrintStream(stdout, true, StandardCharsets.UTF_8),
                line -> {}));
        return Api.at("https://127.0.0.1:" + port, file("ca.crt"));
    }

    /** A server in a process of its own, which can be killed. */
    private Api startProcess() throws IOException {
        int port = Ports.free();
        Path config = directory.resolve("config-" + port + ".hcl");
        Files.writeString(config, config(port));
        processes.add(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.neco.dctest.vault.Main",
                        "server",
                        "-config=" + config)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server-" + port + ".log").toFile())
                .start());
        Api api = Api.at("https://127.0.0.1:" + port, file("ca.crt"));
        Awaitility.await("server process to answer")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> api.get("sys/health" + CODES).status() < 300);
        return api;
    }

    private static Fields initialise(Api api) {
        return api.put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1))
                .expect(200)
                .fields();
    }

    private static void unseal(Api api, Fields made) {
        Fields status = api.put(
                        "sys/unseal", Map.of("key", made.list("keys_base64").get(0)))
                .expect(200)
                .fields();
        assertThat(status.flag("sealed", true)).isFalse();
        assertThat(status.number("progress", -1)).isZero();
        awaitLeader(api);
    }

    /** A server that was unsealed stands for election first; that it has won is known before it is active. */
    private static void awaitLeader(Api api) {
        Awaitility.await("an active server")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    String leader = api.get("sys/leader").expect(200).fields().text("leader_address");
                    return leader.equals(api.address())
                            ? api.get("sys/health" + CODES).status() == 200
                            : !leader.isEmpty();
                });
    }

    private static void awaitActive(Api api, Duration limit) {
        Awaitility.await("server to become active")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> api.get("sys/health" + CODES).status() == 200);
    }

    @Test
    void healthTellsTheStatesApartAndEachCodeCanBeReplaced() throws IOException {
        Api first = startServer();

        first.get("sys/health").expect(501);
        first.get("sys/health" + CODES).expect(296);
        assertThat(first.get("sys/seal-status").expect(200).fields().flag("initialized", true))
                .isFalse();
        assertThat(first.get("sys/leader").expect(503).errors()).containsExactly("Vault is sealed");
        Fields made = initialise(first);
        first.get("sys/health").expect(503);
        Fields sealed = first.get("sys/health" + CODES).expect(298).fields();
        assertThat(sealed.flag("sealed", false)).isTrue();
        assertThat(sealed.flag("standby", false)).isTrue();
        assertThat(first.get("secret/a").expect(503).errors()).containsExactly("Vault is sealed");
        assertThat(first.get("sys/leader").expect(503).errors()).containsExactly("Vault is sealed");
        unseal(first, made);
        first.get("sys/health").expect(200);
        Api second = startServer();
        second.get("sys/health").expect(503);
        unseal(second, made);
        second.get("sys/health").expect(429);
        second.get("sys/health?standbyok=true").expect(200);
        second.get("sys/health" + CODES).expect(297);
    }

    @Test
    void unsealNeedsTheRightKey() throws IOException {
        Api api = startServer();
        assertThat(api.put("sys/unseal", Map.of("key", "00".repeat(32)))
                        .expect(400)
                        .errors())
                .containsExactly("Vault is not initialized");
        Fields made = initialise(api);

        assertThat(unsealing(api, "00".repeat(32)))
                .isEqualTo("500 unable to retrieve stored keys: failed to decrypt keys from storage: cipher: message"
                        + " authentication failed");
        assertThat(unsealing(api, "AAAA")).isEqualTo("400 invalid key: key is shorter than minimum 16 bytes");
        assertThat(unsealing(api, "AAAA".repeat(17))).isEqualTo("400 invalid key: key is longer than maximum 33 bytes");
        assertThat(unsealing(api, "00".repeat(33)))
                .isEqualTo("400 invalid key: failed to setup unseal key: crypto/aes: invalid key size 33");
        assertThat(unsealing(api, "?")).isEqualTo("400 'key' must be a valid hex or base64 string");
        api.put("sys/unseal", Map.of()).expect(400);
        assertThat(api.get("sys/seal-status").fields().flag("sealed", false)).isTrue();
        api.put("sys/unseal", Map.of("key", made.list("keys").get(0))).expect(200);
        assertThat(api.get("sys/seal-status").fields().flag("sealed", true)).isFalse();
    }

    private static String unsealing(Api api, String key) {
        Api.Answer refusal = api.put("sys/unseal", Map.of("key", key));
        return refusal.status() + " " + String.join(",", refusal.errors());
    }

    @Test
    void threeOfFiveSharesUnseal() throws IOException {
        Api api = startServer();
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
        assertThat(unsealing(api, "01".repeat(32) + "ff")).startsWith("500 unable to retrieve stored keys");
        assertThat(api.get("sys/seal-status").fields().number("progress", -1)).isZero();
        for (int i : List.of(1, 3, 0)) {
            api.put("sys/unseal", Map.of("key", keys.get(i))).expect(200);
        }
        awaitLeader(api);

        api.as(made.text("root_token")).get("sys/mounts").expect(200);
    }

    @Test
    void standbyForwardsOrRedirectsAsTheClientLikes() throws IOException {
        Api active = startServer();
        Fields made = initialise(active);
        unseal(active, made);
        Api standby = startServer().as(made.text("root_token"));
        unseal(standby, made);

        standby.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        standby.put("secret/a/b", Map.of("c", "d")).expect(204);
        assertThat(standby.get("secret/a/b").expect(200).data().text("c")).isEqualTo("d");
        assertThat(standby.list("secret/a").expect(200).data().list("keys")).containsExactly("b");
        standby.anonymous().get("sys/mounts").expect(400);
        Api.Answer redirect =
                standby.send("GET", "secret//a?list=true", "", Map.of("X-Vault-No-Request-Forwarding", "true"));
        assertThat(redirect.expect(307).location()).contains(active.address() + "/v1/secret//a?list=true");
        assertThat(standby.put("sys/seal", Map.of()).expect(500).errors().get(0))
                .contains("standby");
        Fields leader = standby.get("sys/leader").expect(200).fields();
        assertThat(leader.flag("is_self", true)).isFalse();
        assertThat(leader.text("leader_address")).isEqualTo(active.address());
    }

    @Test
    void withoutActiveServerTheStandbySaysSo() throws IOException {
        Api only = startServer();
        Fields made = initialise(only);
        unseal(only, made);

        only.as(made.text("root_token")).put("sys/step-down", Map.of()).expect(204);

        Api.Answer answer = only.as(made.text("root_token")).get("sys/auth").expect(500);
        assertThat(answer.errors()).containsExactly("local node not active but active cluster node not found");
        Api.Answer notForwarded = only.as(made.text("root_token"))
                .send("GET", "sys/auth", "", Map.of("X-Vault-No-Request-Forwarding", "true"));
        assertThat(notForwarded.expect(503).errors()).containsExactly("no active Vault instance found");
        only.get("sys/health").expect(429);
        awaitActive(only, Duration.ofSeconds(30));
    }

    @Test
    void orderlyEndHandsOverAtOnceAndKeepsEverything() throws IOException {
        Api first = startServer();
        Fields made = initialise(first);
        unseal(first, made);
        Api root = first.as(made.text("root_token"));
        root.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        root.put("secret/a", Map.of("b", "c")).expect(204);
        Api second = startServer();
        unseal(second, made);

        servers.get(0).close();

        awaitActive(second, Duration.ofSeconds(3));
        assertThat(second.as(root.token()).get("secret/a").expect(200).data().text("b"))
                .isEqualTo("c");
    }

    @Test
    void stepDownMakesAnotherServerActive() throws IOException {
        Api first = startServer();
        Fields made = initialise(first);
        unseal(first, made);
        Api second = startServer();
        unseal(second, made);

        first.as("no token").put("sys/step-down", Map.of()).expect(403);
        first.as(made.text("root_token")).put("sys/step-down", Map.of()).expect(204);

        awaitActive(second, Duration.ofSeconds(3));
        first.get("sys/health").expect(429);
        first.as(made.text("root_token")).get("sys/auth").expect(200);
    }

    @Test
    void killedServerIsReplacedWithinSeconds() throws IOException, InterruptedException {
        Api first = startProcess();
        Fields made = initialise(first);
        unseal(first, made);
        Api second = startServer();
        unseal(second, made);
        second.get("sys/health").expect(429);

        processes.get(0).destroyForcibly().waitFor();

        awaitActive(second, Duration.ofSeconds(15));
        second.as(made.text("root_token")).get("sys/mounts").expect(200);
    }

    @Test
    void processEndsWithSuccessWhenToldTo() throws IOException, InterruptedException {
        startProcess();

        processes.get(0).destroy();

        assertThat(processes.get(0).waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(processes.get(0).exitValue()).isZero();
    }

    @Test
    void sealedServerForgetsEverythingUntilUnsealed() throws IOException {
        Api api = startServer();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));

        root.put("sys/seal", Map.of()).expect(204);

        root.get("sys/mounts").expect(503);
        api.get("sys/health").expect(503);
        unseal(api, made);
        root.get("sys/mounts").expect(200);
    }

    @Test
    void serverStartedAgainFindsWhatItHad() throws IOException {
        Api first = startServer();
        Fields made = initialise(first);
        unseal(first, made);
        Api root = first.as(made.text("root_token"));
        root.post("sys/mounts/ca/server", Map.of("type", "pki", "config", Map.of("max_lease_ttl", "876000h")))
                .expect(204);
        root.put("ca/server/root/generate/exported", Map.of("common_name", "CA"))
                .expect(200);
        root.put("ca/server/roles/system", Map.of("ttl", "1h", "allow_any_name", true))
                .expect(204);
        root.put("sys/policies/acl/p", Map.of("policy", "path \"sys/mounts\" { capabilities = [\"read\"] }"))
                .expect(204);
        String limited = root.post("auth/token/create", Map.of("policies", List.of("p"), "ttl", "1h"))
                .expect(200)
                .auth()
                .text("client_token");
        servers.get(0).close();

        Api again = startServer();
        unseal(again, made);

        again.as(root.token())
                .put("ca/server/issue/system", Map.of("common_name", "a"))
                .expect(200);
        again.as(limited).get("sys/mounts").expect(200);
        again.as(limited).get("sys/auth").expect(403);
    }

    @Test
    void lossOfAnEtcdMemberIsBarelyNoticed() throws IOException, InterruptedException {
        Api api = startServer();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));
        root.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        try {
            for (int member = 0; member < 3; member++) {
                etcd().kill(member);
                String key = "secret/" + member;

                Awaitility.await("write without member " + member)
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> root.put(key, Map.of("a", "b")).status() == 204);
                root.get(key).expect(200);
                etcd().restart(member);
            }
        } finally {
            awaitActive(api, Duration.ofSeconds(30));
        }
    }

    @Test
    void outageOfAllOfEtcdEndsLeadershipUntilItIsBack() throws IOException, InterruptedException {
        Api api = startServer();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));
        root.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        root.put("secret/a", Map.of("b", "c")).expect(204);
        try {
            for (int member = 0; member < 3; member++) {
                etcd().kill(member);
            }
            Awaitility.await("leadership to end without etcd")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> api.get("sys/health" + CODES).status() == 297);
        } finally {
            etcd().restartAll();
        }

        awaitActive(api, Duration.ofSeconds(30));
        root.get("secret/a").expect(200);
    }

    @Test
    void userOfTheCertificateIsWhatEtcdChecks() throws IOException, InterruptedException {
        Api api = startServer();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));
        root.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        for (String command : List.of(
                "role add root",
                "user add root:unused",
                "user grant-role root root",
                "role add vault",
                "role grant-permission vault readwrite /vault/ /vault0",
                "user add vault:unused",
                "user grant-role vault vault",
                "auth enable")) {
            assertThat(etcd().etcdctl("root", command.split(" ", -1))).startsWith("0 ");
        }
        try {
            root.put("secret/a", Map.of("b", "c")).expect(204);
            Api second = startServer();
            unseal(second, made);
            servers.get(0).close();
            awaitActive(second, Duration.ofSeconds(3));
            second.as(root.token()).get("secret/a").expect(200);
        } finally {
            assertThat(etcd().etcdctl("root", "auth", "disable")).startsWith("0 ");
        }
    }

    @Test
    void etcdNeverSeesASecret() throws IOException {
        Api api = startServer();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));
        root.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        root.put("secret/visible-name", Map.of("b", "hidden-value")).expect(204);
        root.post("sys/auth/userpass", Map.of("type", "userpass")).expect(204);
        root.put("auth/userpass/users/admin", Map.of("password", "hidden-password"))
                .expect(204);
        root.post("sys/mounts/ca", Map.of("type", "pki")).expect(204);
        root.put("ca/root/generate/exported", Map.of("common_name", "CA")).expect(200);

        try (EtcdStorage storage = new EtcdStorage(
                etcd().endpoints().stream().map(URI::create).toList(),
                Optional.of(TlsContexts.client(
                        Optional.of(new KeyPairFiles(file("vault.crt"), file("vault.key"))), file("ca.crt"))),
                path,
                false)) {
            List<String> keys = storage.keys("");
            assertThat(keys).hasSizeGreaterThan(8).anyMatch(key -> key.endsWith("visible-name"));
            for (String key : keys) {
                String content = new String(storage.get(key).orElseThrow(), StandardCharsets.ISO_8859_1);
                assertThat(content)
                        .as(key)
                        .doesNotContain(
                                "hidden",
                                root.token(),
                                "PRIVATE KEY",
                                made.list("keys").get(0));
                assertThat(content)
                        .as(key)
                        .doesNotContain(made.list("keys_base64").get(0));
                assertThat(key).doesNotContain(root.token());
            }
        }
    }

    @Test
    void auditTellsWhoDidWhatWithoutSecrets() throws IOException {
        Api api = startServer();
        Fields made = initialise(api);
        unseal(api, made);
        Api root = api.as(made.text("root_token"));
        root.put("sys/audit/stdout", Map.of("type", "file", "options", Map.of("file_path", "stdout")))
                .expect(204);
        root.post("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);

        root.put("secret/a", Map.of("b", "hidden-value")).expect(204);
        root.get("secret/a").expect(200);
        root.post("sys/auth/userpass", Map.of("type", "userpass")).expect(204);
        root.put("auth/userpass/users/admin", Map.of("password", "hidden-password"))
                .expect(204);
        String user = api.put("auth/userpass/login/admin", Map.of("password", "hidden-password"))
                .expect(200)
                .auth()
                .text("client_token");
        api.as(user).get("secret/a").expect(403);
        api.as("hvs.hidden-unknown").get("secret/a").expect(403);

        String log = stdout.toString(StandardCharsets.UTF_8);
        List<Fields> lines = new ArrayList<>();
        for (String line : log.lines().toList()) {
            lines.add(new Fields(Json.parseObject(line.getBytes(StandardCharsets.UTF_8))));
        }
        assertThat(log).doesNotContain("hidden", root.token(), user);
        assertThat(lines).extracting(line -> line.text("type")).contains("request", "response");
        Fields read = lines.stream()
                .filter(line -> line.text("type").equals("response"))
                .filter(line -> line.object("request").text("path").equals("secret/a"))
                .filter(line -> line.object("request").text("operation").equals("read"))
                .findFirst()
                .orElseThrow();
        assertThat(read.object("request").text("client_token")).startsWith("hmac-sha256:");
        assertThat(read.object("auth").text("display_name")).isEqualTo("root");
        assertThat(read.object("response").object("data").text("b")).startsWith("hmac-sha256:");
        assertThat(lines)
                .filteredOn(line -> line.text("error").contains("permission denied"))
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void metricsNeedNoTokenWhereTheConfigurationSaysSo() throws IOException {
        Api api = startServer();

        assertThat(api.get("sys/metrics?format=prometheus").expect(200).text()).contains("vault_core_unsealed 0");
    }
}
