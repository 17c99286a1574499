package io.neco.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire and how refusals read; the behaviour against a server is in the Vault contract tests. */
class VaultClientTest {
    private record Answer(int status, String body) {}

    /** An answer whose end never comes. */
    private static final Answer UNFINISHED = new Answer(200, "{");

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private HttpServer server;
    private VaultClient vault;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        vault = VaultClient.connect("http://127.0.0.1:" + server.getAddress().getPort(), null)
                .withToken("t");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (body.isEmpty() ? "" : " " + body));
        tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Vault-Token")));
        Answer answer = answers.isEmpty() ? new Answer(204, "") : answers.remove();
        if (answer.equals(UNFINISHED)) {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            return;
        }
        if (answer.status() == 307) {
            exchange.getResponseHeaders().set("Location", vault.address() + answer.body());
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] bytes = answer.status() == 307 ? new byte[0] : answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void issuesCertificatesWithAddressesAsAList() throws IOException {
        answers.add(new Answer(200, "{\"data\":{\"certificate\":\"C\",\"private_key\":\"K\",\"issuing_ca\":\"A\"}}"));

        Certificate issued = vault.issue(
                "ca/server", "system", CertificateRequest.server("boot-0", List.of("127.0.0.1", "10.69.0.3")));

        assertThat(requests)
                .containsExactly(
                        "POST /v1/ca/server/issue/system {\"alt_names\":\"localhost\",\"common_name\":\"boot-0\","
                                + "\"ip_sans\":[\"127.0.0.1\",\"10.69.0.3\"]}");
        assertThat(issued.certificate()).isEqualTo("C");
        assertThat(issued.privateKey()).isEqualTo("K");
        assertThat(issued.issuingCa()).isEqualTo("A");
        assertThat(issued.toString()).doesNotContain("K");
    }

    @Test
    void keepsTheNameOfAClientOutOfTheAlternativeNames() throws IOException {
        answers.add(new Answer(200, "{\"data\":{\"certificate\":\"C\",\"private_key\":\"K\",\"issuing_ca\":\"A\"}}"));

        vault.issue("ca/boot-etcd-client", "system", CertificateRequest.client("vault"));

        assertThat(requests)
                .containsExactly("POST /v1/ca/boot-etcd-client/issue/system "
                        + "{\"common_name\":\"vault\",\"exclude_cn_from_sans\":true}");
    }

    @Test
    void writesRolesMountsPoliciesAndSecretsAsTheReferenceDoes() throws IOException {
        vault.mountPki("ca/server", "87600h", "876000h");
        vault.writeRole("ca/server", "system", PkiRole.server("1h"));
        vault.writeRole("ca/boot-etcd-client", "human", PkiRole.client("2h", "24h"));
        vault.writePolicy("ca-admin", "path \"ca/*\"\n");
        vault.enableApprole();
        vault.enableStdoutAudit();
        vault.remountKeyValue("secret");
        vault.writeSecret("secret/bootstrap_done/0", Map.of("done", 1));
        vault.revokeSelf();

        assertThat(requests)
                .containsExactly(
                        "POST /v1/sys/mounts/ca/server {\"config\":{\"default_lease_ttl\":\"87600h\","
                                + "\"max_lease_ttl\":\"876000h\"},\"type\":\"pki\"}",
                        "POST /v1/ca/server/roles/system {\"allow_any_name\":true,\"client_flag\":false,"
                                + "\"max_ttl\":\"1h\",\"ttl\":\"1h\"}",
                        "POST /v1/ca/boot-etcd-client/roles/human {\"allow_any_name\":true,\"max_ttl\":\"24h\","
                                + "\"server_flag\":false,\"ttl\":\"2h\"}",
                        "POST /v1/sys/policies/acl/ca-admin {\"policy\":\"path \\\"ca/*\\\"\\n\"}",
                        "POST /v1/sys/auth/approle {\"type\":\"approle\"}",
                        "POST /v1/sys/audit/stdout {\"options\":{\"file_path\":\"stdout\"},\"type\":\"file\"}",
                        "DELETE /v1/sys/mounts/secret",
                        "POST /v1/sys/mounts/secret {\"options\":{\"version\":\"1\"},\"type\":\"kv\"}",
                        "POST /v1/secret/bootstrap_done/0 {\"done\":1}",
                        "POST /v1/auth/token/revoke-self {}");
        assertThat(tokens).containsOnly("t");
    }

    @Test
    void takesKeyAndTokenFromTheInitialisation() throws IOException {
        answers.add(new Answer(200, "{\"keys\":[\"00\"],\"keys_base64\":[\"a2V5\"],\"root_token\":\"s.root\"}"));

        VaultKeys keys = vault.initialize();

        assertThat(keys.unsealKey()).isEqualTo("a2V5");
        assertThat(keys.rootToken()).isEqualTo("s.root");
        assertThat(keys.toString()).doesNotContain("a2V5").doesNotContain("s.root");
        assertThat(requests).containsExactly("POST /v1/sys/init {\"secret_shares\":1,\"secret_threshold\":1}");
    }

    @Test
    void readsHealthInEveryState() throws IOException {
        answers.add(new Answer(299, "{\"initialized\":true,\"sealed\":true,\"standby\":true}"));

        assertThat(vault.health().state()).isEqualTo("sealed");

        assertThat(requests.get(0))
                .startsWith("GET /v1/sys/health?")
                .contains("sealedcode=299")
                .contains("uninitcode=299");
        assertThat(tokens).containsExactly("null");
    }

    @Test
    void followsAStandbysRedirectWithMethodBodyAndToken() throws IOException {
        answers.add(new Answer(307, "/v1/elsewhere"));
        answers.add(new Answer(204, ""));

        vault.writeSecret("secret/x", Map.of("a", "b"));

        assertThat(requests).containsExactly("POST /v1/secret/x {\"a\":\"b\"}", "POST /v1/elsewhere {\"a\":\"b\"}");
        assertThat(tokens).containsExactly("t", "t");
    }

    @Test
    void tellsAbsentSecretsFromRefusals() throws IOException {
        answers.add(new Answer(404, "{\"errors\":[]}"));
        answers.add(new Answer(404, "{\"errors\":[\"no handler for route 'secret/bootstrap'\"]}"));
        answers.add(new Answer(403, "{\"errors\":[\"permission denied\"]}"));

        assertThat(vault.readSecret("secret/bootstrap")).isEmpty();
        assertThat(vault.readSecret("secret/bootstrap")).isEmpty();
        assertThatThrownBy(() -> vault.readSecret("secret/bootstrap"))
                .hasMessage(
                        "Vault refused GET " + vault.address() + "/v1/secret/bootstrap: status 403: permission denied");
    }

    @Test
    void refusalsTellVaultsOwnWords() {
        answers.add(new Answer(400, "{\"errors\":[\"path is already in use at ca/server/\"]}"));
        answers.add(new Answer(503, "{\"errors\":[\"Vault is sealed\"]}"));

        assertThatThrownBy(() -> vault.mountPki("ca/server", "1h", "1h"))
                .hasMessageContaining("/v1/sys/mounts/ca/server: status 400: path is already in use at ca/server/");
        VaultRequestException sealed = catchThrowableOfType(VaultRequestException.class, vault::requireLeader);
        assertThat(sealed).hasMessageEndingWith("/v1/sys/auth: status 503: Vault is sealed");
        assertThat(sealed.status()).isEqualTo(503);
    }

    @Test
    void aServerThatIsNotThereIsNoAnswer() {
        server.stop(0);

        VaultRequestException refused = catchThrowableOfType(VaultRequestException.class, vault::health);

        assertThat(refused.isNoAnswer()).isTrue();
        assertThat(refused)
                .hasMessage("no answer from Vault to GET " + vault.address() + "/v1/sys/health: connection refused");
    }

    @Test
    void aServerThatFallsSilentInTheMiddleOfItsAnswerIsGivenUpAtTheDeadline() {
        answers.add(UNFINISHED);
        VaultClient impatient = VaultClient.connect(vault.address(), null, Duration.ofSeconds(1));

        VaultRequestException silent = catchThrowableOfType(VaultRequestException.class, impatient::requireLeader);

        assertThat(silent.isNoAnswer()).isTrue();
        assertThat(silent)
                .hasMessageStartingWith("no answer from Vault to GET " + vault.address()
                        + "/v1/sys/auth: the answer was not complete within 1 s");
    }

    @Test
    void anInterruptEndsTheWaitForAnAnswerAndIsKept() {
        answers.add(UNFINISHED);
        Thread.currentThread().interrupt();

        VaultRequestException ended = catchThrowableOfType(VaultRequestException.class, vault::requireLeader);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended.isNoAnswer()).isTrue();
    }

    private List<SealedVault> clients() {
        return List.of(vault, new LiteVault(vault.address(), null));
    }

    @Test
    void unsealsAServerThatIsSealed() throws IOException, InterruptedException {
        for (SealedVault client : clients()) {
            requests.clear();
            tokens.clear();
            answers.add(new Answer(299, "{\"initialized\":true,\"sealed\":true,\"standby\":true}"));
            answers.add(new Answer(200, "{\"sealed\":false}"));

            Unsealing.run(client, "a2V5", Duration.ofSeconds(10));

            assertThat(requests.get(0)).startsWith("GET /v1/sys/health?");
            assertThat(requests.get(1)).endsWith(" /v1/sys/unseal {\"key\":\"a2V5\"}");
            assertThat(tokens).containsOnly("null");
        }
    }

    @Test
    void leavesAnUnsealedServerAlone() throws IOException, InterruptedException {
        for (SealedVault client : clients()) {
            requests.clear();
            answers.add(new Answer(299, "{\"initialized\":true,\"sealed\":false,\"standby\":false}"));

            Unsealing.run(client, "a2V5", Duration.ofSeconds(10));

            assertThat(requests).hasSize(1);
        }
    }

    @Test
    void saysThatItStaysSealed() {
        for (SealedVault client : clients()) {
            answers.add(new Answer(299, "{\"initialized\":true,\"sealed\":true,\"standby\":true}"));
            answers.add(new Answer(200, "{\"sealed\":true}"));

            assertThatThrownBy(() -> Unsealing.run(client, "a2V5", Duration.ofSeconds(10)))
                    .hasMessageContaining("failed to unseal vault");
        }
    }

    @Test
    void passesOnWhyAKeyIsRefused() {
        for (SealedVault client : clients()) {
            answers.add(new Answer(400, "{\"errors\":[\"invalid key\"]}"));

            assertThatThrownBy(() -> client.unseal("x"))
                    .hasMessageEndingWith("/v1/sys/unseal: status 400: invalid key");
        }
    }

    @Test
    void saysHowLongItWaitedForAnAnswer() {
        server.stop(0);
        for (SealedVault client : clients()) {
            assertThatThrownBy(() -> Unsealing.run(client, "x", Duration.ZERO))
                    .hasMessageStartingWith("Vault at " + vault.address() + " did not answer within 0 s")
                    .hasMessageEndingWith("connection refused");
        }
    }
}
