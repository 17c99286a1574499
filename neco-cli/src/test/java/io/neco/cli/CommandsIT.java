package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.neco.setup.TestCertificates;
import io.neco.store.ContentsKey;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands against a real etcd. */
class CommandsIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final UpdateRequest REQUEST =
            new UpdateRequest("2022.05.25-1", List.of(0, 1), false, OffsetDateTime.parse("2022-05-25T01:02:03Z"));

    @TempDir
    private Path root;

    private ClusterHost host;

    @BeforeEach
    void connect() {
        host = new ClusterHost(root, ETCD.config());
    }

    private void store(UpdateRequest request, UpdateStatus... statuses) {
        try (EtcdStore store = host.store()) {
            store.registerBootServer(0);
            store.registerBootServer(1);
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "a2V5");
            store.putRequest(request, LeaderKey.SETUP);
            for (int lrn = 0; lrn < statuses.length; lrn++) {
                store.putStatus(lrn, statuses[lrn]);
            }
        }
    }

    @Test
    void statusIsClearWhenNothingIsStored() {
        CommandLineRun neco = host.neco();

        assertThat(neco.run("status", "--exit-code")).isZero();

        assertThat(neco.out.toString()).isEqualTo("Boot servers: []\nUpdate process\n    status: clear\n");
    }

    @Test
    void statusTellsARunningUpdate() {
        store(REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        CommandLineRun neco = host.neco();

        assertThat(neco.run("status")).isZero();

        assertThat(neco.out.toString())
                .isEqualTo("Boot servers: [0 1]\nUpdate process\n    status: running\n   version: 2022.05.25-1\n"
                        + "   members: [0 1]\n   started: 2022-05-25T01:02:03Z\n\nBoot server 0\n    step: 2\n"
                        + "    condition: running\n");
        assertThat(host.neco().run("status", "--exit-code")).isEqualTo(3);
    }

    @Test
    void exitStatusTellsAnAbort() {
        store(REQUEST, UpdateStatus.aborted("2022.05.25-1", 2, "disk full"));

        assertThat(host.neco().run("status", "--exit-code", "-o", "json")).isEqualTo(4);
    }

    @Test
    void watchEndsAtOnceWhenTheAwaitedVersionIsThere() {
        store(REQUEST, UpdateStatus.completed("2022.05.25-1", 5), UpdateStatus.completed("2022.05.25-1", 5));
        CommandLineRun neco = host.neco();

        assertThat(neco.run("status", "--watch", "--until", "2022.05.25-1")).isZero();

        assertThat(neco.out.toString())
                .isEqualTo("2022-05-25T01:05:00Z 2022.05.25-1: completed: all boot servers have 2022.05.25-1\n");
    }

    @Test
    void watchWithATimeLimitWaitsForEtcd() {
        store(REQUEST, UpdateStatus.completed("2022.05.25-1", 5), UpdateStatus.completed("2022.05.25-1", 5));
        AtomicInteger attempts = new AtomicInteger();
        Cluster starting = new Cluster() {
            @Override
            public NecoReader read() {
                throw new IllegalStateException("a watch needs more");
            }

            @Override
            public NecoStore open() {
                if (attempts.incrementAndGet() == 1) {
                    throw new StoreException("cannot connect to etcd");
                }
                return host.store();
            }
        };
        CommandLineRun neco = host.neco().on(starting);

        assertThat(neco.run("status", "--watch", "--until", "2022.05.25-1", "--timeout", "1m"))
                .isZero();

        assertThat(neco.out.toString())
                .startsWith("etcd does not answer at the moment, going on: cannot connect to etcd\n")
                .endsWith("completed: all boot servers have 2022.05.25-1\n");
        attempts.set(0);
        assertThat(host.neco().on(starting).run("status", "--watch")).isNotZero();
    }

    @Test
    void watchFollowsAnUpdateToItsEnd() throws InterruptedException {
        store(REQUEST, UpdateStatus.running("2022.05.25-1", 1));
        CommandLineRun neco = host.neco();
        int[] exit = {-1};
        Thread watching = new Thread(() -> exit[0] = neco.run("status", "--watch"), "watching");

        watching.start();
        await("the watch shows the running update")
                .atMost(Duration.ofSeconds(30))
                .until(() -> neco.out.toString().contains("running"));
        try (EtcdStore store = host.store()) {
            store.putStatus(1, UpdateStatus.running("2022.05.25-1", 1));
            store.putStatus(0, UpdateStatus.completed("2022.05.25-1", 5));
            store.putStatus(1, UpdateStatus.completed("2022.05.25-1", 5));
        }
        watching.join(30_000);

        assertThat(watching.isAlive()).isFalse();
        assertThat(exit[0]).isZero();
        assertThat(neco.out.toString()).endsWith("completed: all boot servers have 2022.05.25-1\n");
    }

    @ParameterizedTest
    @CsvSource({"--watch", "--watch --until 2022.05.25-1"})
    void watchEndsWhenTheUpdateIsStopped(String flags) throws InterruptedException {
        store(REQUEST, UpdateStatus.running("2022.05.25-1", 1));
        CommandLineRun neco = host.neco();
        int[] exit = {-1};
        Thread watching = new Thread(() -> exit[0] = neco.run(("status " + flags).split(" ")), "watching");

        watching.start();
        await("the watch shows the running update")
                .atMost(Duration.ofSeconds(30))
                .until(() -> neco.out.toString().contains("running"));
        try (EtcdStore store = host.store()) {
            store.putRequest(REQUEST.stopped(), LeaderKey.SETUP);
        }
        watching.join(30_000);

        assertThat(watching.isAlive()).isFalse();
        assertThat(exit[0]).isEqualTo(4);
        assertThat(neco.out.toString())
                .endsWith("2022.05.25-1: stopped: the update to 2022.05.25-1 was stopped: it was waiting for"
                        + " boot server 1 (not begun: the package is being installed, or neco-worker does not run);"
                        + " when the cause is mended, `neco retry` starts it again\n");
    }

    @Test
    void exitStatusTellsAStopOfACompletedUpdate() {
        store(REQUEST.stopped(), UpdateStatus.completed("2022.05.25-1", 5), UpdateStatus.completed("2022.05.25-1", 5));

        assertThat(host.neco().run("status", "--exit-code")).isEqualTo(4);
        assertThat(host.neco().run("status", "--watch", "--until", "2022.05.25-1"))
                .isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "status/current|{garbage|status|delete everything below status/ with etcdctl, which ends the update",
                "status/current|{garbage|recover|delete everything below status/ with etcdctl, which ends the update",
                "status/current|{garbage|retry|delete everything below status/ with etcdctl, which ends the update",
                "status/bootservers/0|[]|status --output=json|delete it with etcdctl, or run `neco recover`",
                "status/bootservers/0|[]|retry|delete it with etcdctl, or run `neco recover`",
                "config/worker-timeout|soon|config get worker-timeout|`neco config set worker-timeout 1h0m0s`",
                "cke/weight|[18]|cke weight list|delete it with etcdctl, then set the weights anew with"
                        + " `neco cke weight set`",
                "cke/weight|[18]|cke weight set cs 18|delete it with etcdctl, then set the weights anew"
            })
    void namesKeyAndValueOfWhatCannotBeUnderstoodAndTellsWhatToDo(String key, String value, String command, String cure)
            throws IOException, InterruptedException {
        store(REQUEST);
        host.putRaw(key, value);

        assertThat(complaint(host.neco(), command))
                .contains("etcd key " + key + " should hold ", " but holds `" + value + "`", cure);
    }

    @ParameterizedTest
    @CsvSource({
        "status/bootservers/x, 'delete it with etcdctl, or run `neco recover`'",
        "info/bootservers/one, delete it with etcdctl"
    })
    void namesTheKeyThatIsOfNoServerAndTellsWhatToDo(String key, String cure) throws IOException, InterruptedException {
        store(REQUEST);
        host.putRaw(key, "{}");

        assertThat(complaint(host.neco(), "status"))
                .contains("etcd key " + key + " should end in a logical rack number: ", cure);
    }

    @Test
    void namesAProxyThatCannotBeUsedAndTellsWhatToDo() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("usr/lib/neco"));
        Files.writeString(root.resolve("usr/lib/neco/version"), "2022.05.25-1\n");
        host.putRaw("config/proxy", "https://user:secret@10.0.49.3:3128");

        assertThat(complaint(host.neco(), "init-data"))
                .contains("config/proxy", "https://…@10.0.49.3:3128", "set it anew with `neco config set proxy`")
                .doesNotContain("secret");
    }

    @Test
    void namesTheEndpointsThatDoNotAnswerTheirFileAndWhereToLook() throws IOException {
        Path file = root.resolve("etc/neco/config.yml");
        List<String> endpoints = List.of("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3");
        Files.writeString(file, "endpoints: [" + String.join(", ", endpoints) + "]\ntimeout: 200ms\n");

        assertThat(complaint(host.neco(), "status"))
                .contains("cannot connect to etcd")
                .contains(endpoints)
                .contains(file.toString())
                .contains("`systemctl status etcd-container`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "endpoints: [|is not valid YAML",
                "endpoints: ['10.69.0.3:port']|10.69.0.3:port",
                "timeout: soon|timeout soon",
                "tls-ca-file: /nowhere/ca.crt|/nowhere/ca.crt (tls-ca-file",
                "tls-cert-file: /nowhere/etcd.crt|/nowhere/etcd.crt (tls-cert-file"
            })
    void namesWhatIsWrongInTheConfigurationAndTheFile(String yaml, String named) throws IOException {
        Path file = root.resolve("etc/neco/config.yml");
        Files.writeString(
                file, yaml.startsWith("tls-cert") ? yaml + "\ntls-key-file: /nowhere/etcd.key\n" : yaml + "\n");

        assertThat(complaint(host.neco(), "config get env")).contains(named).contains(file.toString());
    }

    @Test
    void saysHowToGetTheMissingConfiguration() throws IOException {
        Files.delete(root.resolve("etc/neco/config.yml"));

        assertThat(complaint(host.neco(), "status"))
                .contains("/etc/neco/config.yml")
                .contains("neco setup");
    }

    /** The one line a failing command logs. */
    private String complaint(CommandLineRun neco, String command) throws IOException {
        Path log = root.resolve("log");
        String[] words = (command + " --logfile " + log).split(" ");

        assertThat(neco.run(words)).isEqualTo(1);

        assertThat(neco.out.toString()).isEmpty();
        assertThat(neco.err.toString()).isEmpty();
        assertThat(Files.readAllLines(log)).hasSize(1).first().asString().contains(" error: ");
        return Files.readString(log);
    }

    @ParameterizedTest
    @CsvSource({"env,none", "check-update-interval,1m0s", "worker-timeout,1h0m0s"})
    void settingsHaveDefaults(String key, String value) {
        CommandLineRun neco = host.neco();

        assertThat(neco.run("config", "get", key)).isZero();

        assertThat(neco.out.toString()).isEqualTo(value + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "slack",
        "proxy",
        "quay-username",
        "github-token",
        "node-proxy",
        "external-ip-address-block",
        "lb-address-block-default",
        "lb-address-block-bastion",
        "lb-address-block-internet"
    })
    void otherSettingsAreNotFoundWhenUnset(String key) {
        assertThat(host.neco().run("config", "get", key)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "env,prod,prod",
        "slack,https://hooks.example/x,https://hooks.example/x",
        "proxy,http://10.0.49.3:3128,http://10.0.49.3:3128",
        "check-update-interval,90s,1m30s",
        "worker-timeout,300ms,300ms",
        "github-token,t,t",
        "node-proxy,http://p,http://p",
        "external-ip-address-block,172.19.0.17/28,172.19.0.16/28",
        "lb-address-block-default,10.72.32.0/20,10.72.32.0/20",
        "lb-address-block-bastion,10.72.48.48/28,10.72.48.48/28",
        "lb-address-block-internet,172.19.0.16/28,172.19.0.16/28"
    })
    void settingsAreShownAsTheyWereSet(String key, String value, String shown) {
        CommandLineRun set = host.neco();
        assertThat(set.run("config", "set", key, value)).isZero();
        assertThat(set.out.toString()).isEmpty();

        CommandLineRun get = host.neco();
        assertThat(get.run("config", "get", key)).isZero();
        assertThat(get.out.toString()).isEqualTo(shown + "\n");
    }

    @ParameterizedTest
    @CsvSource({"QUAY_USERNAME,QUAY_USER,true", "QUAY_PASSWORD,QUAY_PASSWORD,false", "GITHUB_TOKEN,GITHUB_TOKEN,true"})
    void aCredentialWithoutAValueComesFromTheEnvironment(ConfigSetting setting, String variable, boolean isShown) {
        assertThat(host.neco().with(variable, "s3cret").run("config", "set", setting.option()))
                .isZero();

        try (EtcdStore store = host.store()) {
            assertThat(store.config(setting.key())).contains("s3cret");
        }
        CommandLineRun get = host.neco();
        assertThat(get.run("config", "get", setting.option())).isEqualTo(isShown ? 0 : 1);
        assertThat(get.out.toString()).isEqualTo(isShown ? "s3cret\n" : "");
    }

    @ParameterizedTest
    @CsvSource({"QUAY_USERNAME,QUAY_USER", "QUAY_PASSWORD,QUAY_PASSWORD", "GITHUB_TOKEN,GITHUB_TOKEN"})
    void aCredentialWithoutAValueAndVariableIsToldWithTheVariable(ConfigSetting setting, String variable)
            throws IOException {
        assertThat(complaint(host.neco(), "config set " + setting.option()))
                .contains("the environment variable " + variable + " is not set; " + setting.option()
                        + " is taken from it");

        try (EtcdStore store = host.store()) {
            assertThat(store.config(setting.key())).isEmpty();
        }
    }

    @Test
    void statusWarnsOfCertificatesThatEndSoonApartFromTheText() throws IOException {
        store(REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        CommandLineRun before = host.neco();
        assertThat(before.run("status")).isZero();
        assertThat(before.err.toString()).isEmpty();
        Files.writeString(
                root.resolve("etc/neco/server.crt"),
                TestCertificates.endingAt("boot-0", Instant.parse("2022-06-01T00:00:00Z"))
                        .getCertificatePEM());

        CommandLineRun text = host.neco();
        assertThat(text.run("status")).isZero();
        CommandLineRun json = host.neco();
        assertThat(json.run("status", "-o", "json")).isZero();

        assertThat(text.out.toString()).isEqualTo(before.out.toString());
        assertThat(text.err.toString())
                .isEqualTo("warning: certificate server (/etc/neco/server.crt) expires in 6 days;"
                        + " run `neco cert renew server`\n");
        assertThat(new ObjectMapper()
                        .readTree(json.out.toString())
                        .at("/expiringCertificates/0/daysLeft")
                        .asInt())
                .isEqualTo(6);
    }

    @Test
    void recoverForgetsAStoppedUpdate() {
        store(REQUEST.stopped(), UpdateStatus.aborted("2022.05.25-1", 2, "disk full"));

        assertThat(host.neco().run("recover")).isZero();

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: clear");
    }

    @Test
    void recoverLeavesARunningUpdateAlone() {
        assertThat(host.neco().run("recover")).isEqualTo(1);
        store(REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        assertThat(host.neco().run("recover")).isEqualTo(1);

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: running");
    }

    @Test
    void retryStartsAStoppedUpdateAgain() {
        store(REQUEST.stopped(), UpdateStatus.aborted("2022.05.25-1", 2, "disk full"));
        CommandLineRun neco = host.neco();

        assertThat(neco.run("retry")).isZero();

        assertThat(neco.out.toString())
                .isEqualTo("boot servers 0, 1 start the update to 2022.05.25-1 again;"
                        + " `neco status --watch` follows it\n");
        try (EtcdStore store = host.store()) {
            assertThat(store.currentRequest().request())
                    .contains(new UpdateRequest(
                            REQUEST.version(), REQUEST.servers(), false, OffsetDateTime.parse("2022-05-25T01:05:00Z")));
            assertThat(store.statuses()).isEmpty();
        }
    }

    @Test
    void retryRefusesWithAReasonWhatIsNotStopped() throws IOException {
        assertThat(complaint(host.neco(), "retry")).contains("no update request");
        store(REQUEST, UpdateStatus.running("2022.05.25-1", 2));
        Files.delete(root.resolve("log"));
        assertThat(complaint(host.neco(), "retry")).contains("is running");

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: running").contains("Boot server 0");
    }

    @Test
    void recoverForgetsWhatCannotBeUnderstoodOfAStoppedUpdate() throws IOException, InterruptedException {
        store(REQUEST.stopped());
        host.putRaw("status/bootservers/0", "[]");
        host.putRaw("status/bootservers/x", "{}");
        host.putRaw("contents/sabakan", "{garbage");

        assertThat(host.neco().run("recover")).isZero();

        CommandLineRun status = host.neco();
        assertThat(status.run("status")).isZero();
        assertThat(status.out.toString()).contains("status: clear");
        try (EtcdStore store = host.store()) {
            assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
        }
    }

    @Test
    void retryForgetsContentsRecordsThatCannotBeUnderstood() throws IOException, InterruptedException {
        store(REQUEST.stopped(), UpdateStatus.aborted("2022.05.25-1", 14, "etcd key contents/sabakan should hold …"));
        host.putRaw("contents/sabakan", "{garbage");

        assertThat(host.neco().run("retry")).isZero();

        try (EtcdStore store = host.store()) {
            assertThat(store.contentsStatus(ContentsKey.SABAKAN)).isEmpty();
            assertThat(store.statuses()).isEmpty();
        }
    }

    @Test
    void unsealKeyIsShownUntilItIsRemoved() {
        store(REQUEST);

        CommandLineRun show = host.neco();
        assertThat(show.run("vault", "show-unseal-key")).isZero();
        assertThat(show.out.toString()).isEqualTo("a2V5\n");
        assertThat(host.neco().run("vault", "remove-unseal-key")).isZero();
        assertThat(host.neco().run("vault", "remove-unseal-key")).isZero();
        assertThat(host.neco().run("vault", "show-unseal-key")).isEqualTo(1);
        assertThat(host.neco().run("vault", "show-root-token")).isEqualTo(1);
    }

    @Test
    void unsealDoesNothingBeforeSetupAndWithoutAKey() throws IOException {
        CommandLineRun noKey = host.neco();
        assertThat(noKey.run("vault", "unseal")).isZero();
        assertThat(noKey.err.toString()).isEqualTo("no unseal key\n");

        Files.delete(root.resolve("etc/neco/config.yml"));
        CommandLineRun noSetup = host.neco();
        assertThat(noSetup.run("vault", "unseal")).isZero();
        assertThat(noSetup.err.toString()).isEmpty();
    }

    /** Up to Vault 1.12 a key of the right length that is not the right one is a failure of the server. */
    @ParameterizedTest
    @CsvSource({
        "400, invalid key: key is shorter than minimum 16 bytes",
        "500, unable to retrieve stored keys: failed to decrypt keys from storage: cipher: message authentication failed"
    })
    void anUnsealKeyThatVaultDoesNotTakeIsToldWithItsKeyAndCureButNotShown(int status, String error)
            throws IOException {
        store(REQUEST);
        HttpServer vault = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        vault.createContext(
                "/v1/sys/health", exchange -> answer(exchange, 299, "{\"initialized\":true,\"sealed\":true}"));
        vault.createContext("/v1/sys/unseal", exchange -> answer(exchange, status, "{\"errors\":[\"" + error + "\"]}"));
        vault.start();
        try {
            CommandLineRun neco = host.neco()
                    .with("VAULT_ADDR", "http://127.0.0.1:" + vault.getAddress().getPort());

            assertThat(complaint(neco, "vault unseal"))
                    .contains("vault-unseal-key")
                    .contains("status " + status + ": " + error)
                    .contains("`neco vault show-unseal-key`")
                    .contains("`etcdctl put /neco/vault-unseal-key`")
                    .doesNotContain("a2V5");
        } finally {
            vault.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
