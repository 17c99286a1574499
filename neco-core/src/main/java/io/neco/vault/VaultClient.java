package io.neco.vault;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.response.HealthResponse;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.neco.http.HttpClients;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Vault server.
 *
 * <p>Every call has a deadline. Nothing is repeated here: a write that got no answer may have taken effect. A standby's redirect to
 * the active server is followed with method, body and token intact.
 *
 * <p>Source: vault.go and setup/vault.go at 1eec387, Vault's HTTP API, docs/vault.md.
 */
public final class VaultClient implements SealedVault {
    /** Vault of this host. */
    public static final String LOCAL = "https://127.0.0.1:8200";
    /** Answers of health count as such in every state. */
    private static final int ANY_STATE = 299;

    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(5);
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(60);

    private final String address;
    private final HttpClient http;
    private final Vault vault;
    private final Duration deadline;

    private VaultClient(String address, HttpClient http, Optional<String> token, Duration deadline) {
        this.address = address;
        this.http = http;
        this.deadline = deadline;
        this.vault = driver(address, http, token);
    }

    /**
     * A client without a token.
     *
     * @param address e.g. {@code https://127.0.0.1:8200}
     * @param trust what the server's certificate is checked with; read now, so make the client after a new CA was installed. Not
     *     used for plain {@code http}
     */
    public static VaultClient connect(String address, @Nullable SSLContext trust) {
        return connect(address, trust, ANSWER_DEADLINE);
    }

    /** The same, waiting at most {@code deadline} for each whole answer. */
    static VaultClient connect(String address, @Nullable SSLContext trust, Duration deadline) {
        HttpClient.Builder builder =
                HttpClients.jdk().followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(CONNECT_DEADLINE);
        if (trust != null) {
            builder.sslContext(trust);
        }
        return new VaultClient(address, builder.build(), Optional.empty(), deadline);
    }

    /** The same server with a token. */
    public VaultClient withToken(String newToken) {
        return new VaultClient(address, http, Optional.of(newToken), deadline);
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public VaultHealth health() throws VaultRequestException {
        HealthResponse response = call(
                "GET",
                "sys/health",
                () -> driver(address, http, Optional.empty())
                        .debug()
                        .health(null, null, null, ANY_STATE, ANY_STATE, ANY_STATE, ANY_STATE, ANY_STATE));
        return new VaultHealth(
                Boolean.TRUE.equals(response.getInitialized()),
                Boolean.TRUE.equals(response.getSealed()),
                Boolean.TRUE.equals(response.getStandby()));
    }

    /** Initialises Vault with one share. */
    public VaultKeys initialize() throws VaultRequestException {
        JsonObject answer = body("sys/init", write("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1)));
        JsonValue keys = answer.get("keys_base64");
        JsonValue root = answer.get("root_token");
        if (keys == null || keys.asArray().isEmpty() || root == null) {
            throw unexpected("sys/init", "no keys_base64 and root_token in the answer");
        }
        return new VaultKeys(keys.asArray().get(0).asString(), root.asString());
    }

    @Override
    public void unseal(String key) throws VaultRequestException {
        VaultClient anonymous = new VaultClient(address, http, Optional.empty(), deadline);
        JsonObject answer = anonymous.body("sys/unseal", anonymous.write("sys/unseal", Map.of("key", key)));
        if (answer.getBoolean("sealed", true)) {
            throw VaultErrors.stillSealed(address);
        }
    }

    /** Writes an audit record of every request to Vault's standard output. */
    public void enableStdoutAudit() throws VaultRequestException {
        write("sys/audit/stdout", Map.of("type", "file", "options", new JsonObject().add("file_path", "stdout")));
    }

    /** Mounts a PKI engine. */
    public void mountPki(String mount, String defaultTtl, String maxTtl) throws VaultRequestException {
        JsonObject config =
                new JsonObject().add("default_lease_ttl", defaultTtl).add("max_lease_ttl", maxTtl);
        write("sys/mounts/" + mount, Map.of("type", "pki", "config", config));
    }

    /** Replaces what is mounted at {@code mount} by an empty version 1 key-value engine. */
    public void remountKeyValue(String mount) throws VaultRequestException {
        delete("sys/mounts/" + mount);
        write("sys/mounts/" + mount, Map.of("type", "kv", "options", new JsonObject().add("version", "1")));
    }

    /** Makes a new CA in a PKI engine. Returns its key and certificate as one PEM text. */
    public String generateExportedRoot(String mount, String commonName, String ttl) throws VaultRequestException {
        String path = mount + "/root/generate/exported";
        return data(
                path,
                write(path, Map.of("ttl", ttl, "common_name", commonName, "format", "pem_bundle")),
                "certificate");
    }

    /** Gives a PKI engine an existing CA: key and certificate as one PEM text. */
    public void importCa(String mount, String pemBundle) throws VaultRequestException {
        write(mount + "/config/ca", Map.of("pem_bundle", pemBundle));
    }

    /** Writes a role of a PKI engine. */
    public void writeRole(String mount, String name, PkiRole role) throws VaultRequestException {
        Map<String, Object> values = new TreeMap<>();
        values.put("ttl", role.ttl());
        values.put("max_ttl", role.maxTtl());
        values.put("allow_any_name", true);
        role.isServer().ifPresent(flag -> values.put("server_flag", flag));
        role.isClient().ifPresent(flag -> values.put("client_flag", flag));
        write(mount + "/roles/" + name, values);
    }

    /** Issues a certificate. */
    public Certificate issue(String mount, String role, CertificateRequest request) throws VaultRequestException {
        Map<String, Object> values = new TreeMap<>();
        values.put("common_name", request.commonName());
        if (!request.altNames().isEmpty()) {
            values.put("alt_names", String.join(",", request.altNames()));
        }
        if (!request.ipSans().isEmpty()) {
            JsonArray addresses = new JsonArray();
            request.ipSans().forEach(addresses::add);
            values.put("ip_sans", addresses);
        }
        if (request.isCommonNameExcluded()) {
            values.put("exclude_cn_from_sans", true);
        }
        String path = mount + "/issue/" + role;
        LogicalResponse answer = write(path, values);
        return new Certificate(
                data(path, answer, "certificate"), data(path, answer, "private_key"), data(path, answer, "issuing_ca"));
    }

    /** Writes a policy. */
    public void writePolicy(String name, String text) throws VaultRequestException {
        write("sys/policies/acl/" + name, Map.of("policy", text));
    }

    /** Enables authentication by approle. */
    public void enableApprole() throws VaultRequestException {
        write("sys/auth/approle", Map.of("type", "approle"));
    }

    /** What is stored at a path of a version 1 key-value engine; empty when nothing is, or nothing is mounted there. */
    public Optional<Map<String, String>> readSecret(String path) throws VaultRequestException {
        LogicalResponse answer = call("GET", path, () -> vault.logical().read(path));
        int status = answer.getRestResponse().getStatus();
        if (status == 404) {
            return Optional.empty();
        }
        if (status != 200) {
            throw VaultErrors.refused("GET", address, path, answer.getRestResponse());
        }
        return Optional.of(Map.copyOf(answer.getData()));
    }

    /** Stores values at a path of a version 1 key-value engine. */
    public void writeSecret(String path, Map<String, Object> values) throws VaultRequestException {
        write(path, values);
    }

    /** Logs in with name and password. Returns a token. */
    public String login(String username, String password) throws VaultRequestException {
        String path = "auth/userpass/login/" + username;
        JsonObject answer = body(path, write(path, Map.of("password", password)));
        JsonValue auth = answer.get("auth");
        if (auth == null || !auth.isObject() || auth.asObject().get("client_token") == null) {
            throw unexpected(path, "no auth.client_token in the answer");
        }
        return auth.asObject().getString("client_token");
    }

    /** Whether a leader answers: asks for the list of authentication methods, which only the active server gives. */
    public void requireLeader() throws VaultRequestException {
        LogicalResponse answer = call("GET", "sys/auth", () -> vault.logical().read("sys/auth"));
        if (answer.getRestResponse().getStatus() != 200) {
            throw VaultErrors.refused("GET", address, "sys/auth", answer.getRestResponse());
        }
    }

    /** Revokes this client's own token. */
    public void revokeSelf() throws VaultRequestException {
        write("auth/token/revoke-self", Map.of());
    }

    private LogicalResponse write(String path, Map<String, Object> values) throws VaultRequestException {
        LogicalResponse answer = call("POST", path, () -> vault.logical().write(path, new TreeMap<>(values)));
        int status = answer.getRestResponse().getStatus();
        if (status != 200 && status != 204) {
            throw VaultErrors.refused("POST", address, path, answer.getRestResponse());
        }
        return answer;
    }

    private void delete(String path) throws VaultRequestException {
        call("DELETE", path, () -> vault.logical().delete(path));
    }

    /**
     * Does one request on another thread: the driver's own deadline ends with the answer's headers, and it would wait for ever for a server
     * that falls silent behind them.
     */
    private <T> T call(String method, String path, Callable<T> request) throws VaultRequestException {
        FutureTask<T> task = new FutureTask<>(request);
        Thread thread = new Thread(task, "vault");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof VaultException failure) {
                throw VaultErrors.translate(method, address, path, failure);
            }
            throw new IllegalStateException("cannot ask Vault: " + method + " " + path, e.getCause());
        } catch (TimeoutException e) {
            throw VaultErrors.noAnswer(
                    method,
                    address,
                    path,
                    new HttpTimeoutException("the answer was not complete within " + deadline.toSeconds() + " s"));
        } catch (InterruptedException e) {
            throw VaultErrors.noAnswer(method, address, path, e);
        } finally {
            task.cancel(true);
        }
    }

    private String data(String path, LogicalResponse answer, String member) throws VaultRequestException {
        String value = answer.getData().get(member);
        if (value == null || value.isEmpty()) {
            throw unexpected(path, "no " + member + " in the answer");
        }
        return value;
    }

    private JsonObject body(String path, LogicalResponse answer) throws VaultRequestException {
        return VaultErrors.parse(answer.getRestResponse().getBody())
                .orElseThrow(() -> unexpected(path, "the answer is not JSON"));
    }

    private VaultRequestException unexpected(String path, String what) {
        return new VaultRequestException("Vault at " + address + ", " + path + ": " + what, 200);
    }

    private static Vault driver(String address, HttpClient http, Optional<String> token) {
        try {
            VaultConfig config = new VaultConfig()
                    .environmentLoader(new NoEnvironment())
                    .address(address)
                    .httpClient(http)
                    .readTimeout((int) ANSWER_DEADLINE.toSeconds());
            token.ifPresent(config::token);
            return Vault.create(config.build(), 1);
        } catch (VaultException e) {
            throw new IllegalArgumentException("cannot use the Vault address " + address + ": " + e.getMessage(), e);
        }
    }

    /** Keeps the driver from picking up VAULT_* settings or a token file by itself. */
    private static final class NoEnvironment extends io.github.jopenlibs.vault.EnvironmentLoader {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String loadVariable(String name) {
            return null;
        }
    }
}
