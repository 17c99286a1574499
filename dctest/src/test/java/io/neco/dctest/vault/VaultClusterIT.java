package io.neco.dctest.vault;

import static io.neco.dctest.vault.SealSteps.awaitActive;
import static io.neco.dctest.vault.SealSteps.health;
import static io.neco.dctest.vault.SealSteps.initialise;
import static io.neco.dctest.vault.SealSteps.unseal;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.etcd.EtcdStorage;
import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.tls.KeyPairFiles;
import io.neco.dctest.tls.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

/**
 * Several servers over one etcd cluster, all with TLS as on boot servers: take-over, etcd's failures, and what etcd gets to see. How they are
 * initialised, unsealed and asked for the leader is in {@link VaultSealContractIT}.
 */
class VaultClusterIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private static @Nullable Certificates certificates;
    private static @Nullable EtcdProcesses etcd;
    private static int clusters;

    @SuppressWarnings("NullAway.Init")
    private VaultServers servers;

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
    void shareAPath() {
        path = "/vault/" + clusters++ + "/";
        servers =
                new VaultServers(directory, this::config, port -> Api.at("https://127.0.0.1:" + port, file("ca.crt")));
    }

    @AfterEach
    void stopServers() throws InterruptedException {
        servers.close();
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
        return servers.start();
    }

    /** A server in a process of its own, which can be killed. */
    private Api startProcess() throws IOException {
        return servers.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.neco.dctest.vault.Main"));
    }

    @Test
    void redirectKeepsThePathAsItWasAskedFor() throws IOException {
        Api active = startServer();
        Fields made = initialise(active);
        unseal(active, made);
        Api standby = startServer().as(made.text("root_token"));
        unseal(standby, made);

        Api.Answer redirect =
                standby.send("GET", "secret//a?list=true", "", Map.of("X-Vault-No-Request-Forwarding", "true"));

        assertThat(redirect.expect(307).location()).contains(active.address() + "/v1/secret//a?list=true");
        standby.anonymous().get("sys/mounts").expect(400);
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

        servers.endFirst();

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

        servers.firstProcess().destroyForcibly().waitFor();

        awaitActive(second, Duration.ofSeconds(15));
        second.as(made.text("root_token")).get("sys/mounts").expect(200);
    }

    @Test
    void processEndsWithSuccessWhenToldTo() throws IOException, InterruptedException {
        startProcess();

        servers.firstProcess().destroy();

        assertThat(servers.firstProcess().waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(servers.firstProcess().exitValue()).isZero();
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
        servers.endFirst();

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
                    .until(() -> health(api) == 297);
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
            servers.endFirst();
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

        String log = servers.printed();
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
