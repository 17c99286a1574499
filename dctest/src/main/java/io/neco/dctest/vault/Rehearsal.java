package io.neco.dctest.vault;

import io.neco.dctest.json.Json;
import io.neco.dctest.vault.cli.Cli;
import io.neco.dctest.vault.cli.Surroundings;
import io.neco.dctest.vault.config.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * Plays through what servers and commands usually do, so that the runtime can note which classes are needed and keep
 * them in an archive: with it, everything starts in a third of the time. Run when the image is made, never elsewhere.
 */
public final class Rehearsal {
    private static final String DEV = "http://127.0.0.1:";

    private Rehearsal() {}

    /**
     * Rehearses and ends the process.
     *
     * @param args an empty directory, a free port for a development server, and the configuration file of a server
     *     with etcd as its storage and a certificate that {@code ca.crt} beside that file has issued
     */
    public static void main(String[] args) throws IOException {
        String home = args[0];
        String dev = DEV + args[1];
        Path config = Path.of(args[2]);
        Path trust = config.resolveSibling("ca.crt");
        String real = ServerConfig.parse(Files.readString(config)).apiAddress();
        server(
                Map.of("HOME", home),
                dev,
                "server",
                "-dev",
                "-dev-listen-address=127.0.0.1:" + args[1],
                "-dev-root-token-id=t");
        server(Map.of("HOME", home), real, "server", "-config=" + config);
        Map<String, String> devEnvironment = Map.of("HOME", home, "VAULT_ADDR", dev, "VAULT_TOKEN", "t");
        run(devEnvironment, "status");
        run(devEnvironment, "secrets", "disable", "secret");
        run(devEnvironment, "secrets", "enable", "-path=secret", "-version=1", "kv");
        setUp(devEnvironment);
        Map<String, String> sealed = Map.of("HOME", home, "VAULT_ADDR", real, "VAULT_CACERT", trust.toString());
        String made = run(sealed, "operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json");
        Map<String, Object> keys = Json.parseObject(made.getBytes(StandardCharsets.UTF_8));
        String key = ((List<?>) keys.getOrDefault("unseal_keys_b64", List.of("")))
                .get(0)
                .toString();
        run(sealed, "operator", "unseal", key);
        Map<String, String> unsealed = Map.of(
                "HOME",
                home,
                "VAULT_ADDR",
                real,
                "VAULT_CACERT",
                trust.toString(),
                "VAULT_TOKEN",
                String.valueOf(keys.get("root_token")));
        await("the server to be active", unsealed, code -> code == 0, "token", "lookup");
        run(unsealed, "audit", "enable", "file", "file_path=" + home + "/audit");
        run(unsealed, "secrets", "enable", "-path=secret", "-version=1", "kv");
        setUp(unsealed);
        run(unsealed, "status", "-format=json");
        run(unsealed, "operator", "step-down");
        System.exit(0);
    }

    private static void setUp(Map<String, String> environment) throws IOException {
        run(environment, "secrets", "enable", "-path=ca/server", "-max-lease-ttl=876000h", "pki");
        run(
                environment,
                "write",
                "ca/server/root/generate/exported",
                "common_name=CA",
                "ttl=876000h",
                "format=pem_bundle");
        run(environment, "write", "ca/server/roles/system", "ttl=1h", "max_ttl=1h", "allow_any_name=true");
        run(environment, "write", "ca/server/issue/system", "common_name=localhost", "ip_sans=127.0.0.1");
        run(environment, "write", "secret/a", "b=c");
        run(environment, "read", "secret/a");
        run(environment, "list", "secret");
        Path policy = Path.of(environment.getOrDefault("HOME", ""), "policy.hcl");
        Files.writeString(policy, "path \"auth/*\" {\n  capabilities = [\"read\", \"update\", \"sudo\"]\n}\n");
        run(environment, "policy", "write", "admin", policy.toString());
        run(environment, "auth", "enable", "-default-lease-ttl=2h", "userpass");
        run(environment, "write", "auth/userpass/users/admin", "policies=admin", "password=p");
        run(environment, "login", "-token-only", "-method=userpass", "username=admin", "password=-");
        run(environment, "auth", "list");
    }

    /** Starts a server in this process and waits until it answers. */
    private static void server(Map<String, String> environment, String address, String... words) {
        PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Surroundings surroundings =
                new Surroundings(environment, new ByteArrayInputStream(new byte[0]), quiet, System.err);
        Thread thread = new Thread(() -> Cli.run(List.of(words), surroundings), "rehearsal-server");
        thread.setDaemon(true);
        thread.start();
        Map<String, String> client = Map.of("VAULT_ADDR", address, "VAULT_SKIP_VERIFY", "true");
        await("the server at " + address + " to answer", client, code -> code != 1, "status");
    }

    /** Runs a command until its exit code is as wanted. */
    private static void await(String what, Map<String, String> environment, IntPredicate isWanted, String... words) {
        PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!isWanted.test(Cli.run(List.of(words), client(environment, new ByteArrayOutputStream(), quiet)))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited 20 s for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private static Surroundings client(Map<String, String> environment, ByteArrayOutputStream out, PrintStream err) {
        return new Surroundings(
                environment,
                new ByteArrayInputStream("p".getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                err);
    }

    private static String run(Map<String, String> environment, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = Cli.run(List.of(words), client(environment, out, System.err));
        if (code != 0) {
            System.err.println("rehearsal: " + String.join(" ", words) + " ended with " + code);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
