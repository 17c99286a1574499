package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.EtcdPki;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as systemd runs it: flags, signals, exit status. */
class MainIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @RegisterExtension
    static final EtcdCluster SECURE = EtcdCluster.single().withTls();

    private static final int STOPPED = 0;
    private static final int KILLED = 137;

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    private EtcdConfig config;
    private Path configFile;
    private Etcdctl etcdctl;

    @BeforeEach
    void writeConfig() throws IOException {
        config = ETCD.config();
        etcdctl = new Etcdctl(config);
        configFile = directory.resolve("config.yml");
        Files.writeString(
                configFile, "endpoints:\n- " + config.endpoints().get(0) + "\nprefix: " + config.prefix() + "\n");
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(String log, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.neco.updater.Main"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(log).toFile())
                    .start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String said(String log) {
        try {
            return Files.readString(directory.resolve(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitText(String log, String text) {
        await(text + " in " + log)
                .atMost(Duration.ofSeconds(40))
                .until(() -> said(log).contains(text));
    }

    private static int exitStatus(Process process) throws InterruptedException {
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("the program ends").isTrue();
        return process.exitValue();
    }

    @Test
    void resignsAndEndsWithSuccessOnSigterm() throws InterruptedException {
        Process updater = start("log", "-config", configFile.toString());
        awaitText("log", "I am the leader");

        updater.destroy();

        assertThat(exitStatus(updater)).isEqualTo(STOPPED);
        assertThat(etcdctl.get("leader/")).isEmpty();
        assertThat(said("log"))
                .contains("neco-updater warning: \"got a signal, stopping\"")
                .doesNotContain("error:");
    }

    @Test
    void withdrawsItsCandidacyOnSigterm() throws InterruptedException {
        start("leader", "--config=" + configFile);
        awaitText("leader", "I am the leader");
        Process candidate = start(
                "candidate",
                "-config",
                configFile.toString(),
                "-logfile",
                directory.resolve("file").toString());
        await("two candidates")
                .atMost(Duration.ofSeconds(40))
                .until(() -> etcdctl.get("leader/updater/").size() == 4);

        candidate.destroy();

        assertThat(exitStatus(candidate)).isEqualTo(STOPPED);
        assertThat(etcdctl.get("leader/updater/")).hasSize(2);
        assertThat(said("candidate")).isEmpty();
        assertThat(said("file")).contains("stopping");
    }

    @Test
    void anotherOneLeadsWhenTheLeaderIsKilled() throws InterruptedException {
        Process leader = start("leader", "-session-ttl", "2s", "-config", configFile.toString());
        awaitText("leader", "I am the leader");
        start("candidate", "-session-ttl=2s", "-config", configFile.toString());
        await("two candidates")
                .atMost(Duration.ofSeconds(40))
                .until(() -> etcdctl.get("leader/updater/").size() == 4);

        leader.destroyForcibly();

        assertThat(exitStatus(leader)).isEqualTo(KILLED);
        awaitText("candidate", "I am the leader");
    }

    @Test
    void whatAKilledLeaderHasNotToldTheNextOneTells() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (EtcdStore store = EtcdStore.open(config);
                TestHttpServer slack = new TestHttpServer(request -> {
                    never.await();
                    return Reply.of(200, "too late");
                })) {
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
            store.putNecoRelease("2022.05.25-1", LeaderKey.SETUP);
            store.registerBootServer(0);
            store.putConfig(ConfigKey.SLACK, slack.uri() + "/hook");
            Process leader = start("leader", "-config", configFile.toString());
            await("the leader to write the request and to tell of it")
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> !slack.requests().isEmpty());
            store.putStatus(0, UpdateStatus.aborted("2022.05.25-1", 3, "disk full"));
            await("the leader to stop the update")
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> store.currentRequest()
                            .request()
                            .filter(UpdateRequest::stop)
                            .isPresent());
            start("candidate", "-config", configFile.toString());
            await("two candidates")
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> etcdctl.get("leader/updater/").size() == 4);

            leader.destroyForcibly();
            List<String> told = new CopyOnWriteArrayList<>();
            slack.answer(request -> {
                told.add(request.body());
                return Reply.of(200, "ok");
            });

            assertThat(exitStatus(leader)).isEqualTo(KILLED);
            await("both notifications").atMost(Duration.ofSeconds(15)).until(() -> told.size() == 2);
            assertThat(told.get(0)).contains("start updating the new release.");
            assertThat(told.get(1)).contains("update request was aborted: disk full (boot server 0, step 3)");
        }
    }

    @Test
    void waitsForEtcdAndStopsMeanwhile() throws Exception {
        Files.writeString(configFile, "endpoints:\n- http://127.0.0.1:1\n");
        Process updater = start("log", "-config", configFile.toString());
        awaitText("log", "etcd does not serve us, trying again until it does");

        updater.destroy();

        assertThat(exitStatus(updater)).isEqualTo(STOPPED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-x | 2 | flag provided but not defined: -x",
                "-session-ttl | 2 | flag needs an argument: -session-ttl",
                "-session-ttl=soon | 1 | error: \"wrong value of -session-ttl: time: invalid duration \\\"soon\\\"\"",
                "-config=/nowhere/config.yml | 1 | error: \"cannot read /nowhere/config.yml (flag -config)",
                "-h | 0 | Usage of neco-updater:",
                "--version | 0 | neco-updater version ",
            })
    void endsWithTheRightStatus(String argument, int status, String text) throws InterruptedException {
        Process updater = start("log", argument);

        assertThat(exitStatus(updater)).isEqualTo(status);
        assertThat(said("log")).contains(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'endpoints: [' | ' is not valid YAML: '",
                "no map | should be a map of keys such as endpoints and tls-cert-file; neco setup and neco join write this file",
                "endpoints: [1 2] | ': endpoint 1 2 is not a URL'",
                "timeout: soon | ': timeout soon is not a duration such as 2s or 500ms'",
            })
    void endsWithOneLineThatNamesTheFileItCannotUse(String text, String message) throws Exception {
        Files.writeString(configFile, text);

        Process updater = start("log", "-config", configFile.toString());

        assertThat(exitStatus(updater)).isEqualTo(1);
        assertThat(said("log").lines())
                .singleElement()
                .asString()
                .contains("neco-updater error: \"" + configFile)
                .contains(message);
    }

    @Test
    void endsWithTheCureWhenItsClientCertificateHasExpired() throws Exception {
        Path expired = SECURE.pki().expiredClient("neco");
        Files.writeString(
                configFile,
                "endpoints:\n- " + SECURE.endpoints().get(0) + "\ntls-ca-file: "
                        + SECURE.pki().serverCaFile() + "\ntls-cert-file: " + expired + "\ntls-key-file: "
                        + EtcdPki.key(expired) + "\n");

        Process updater = start("log", "-config", configFile.toString());

        assertThat(exitStatus(updater)).isEqualTo(1);
        assertThat(said("log").lines())
                .singleElement()
                .asString()
                .contains("neco-updater error: ", expired.toString(), "expired at", "run `neco cert renew` as root");
    }

    @Test
    void endsWithStatus5WhenNobodyReadsItsLog() throws Exception {
        Process shell = new ProcessBuilder(
                        "bash",
                        "-c",
                        "\"$@\" 2>&1 | head -1 >/dev/null; exit ${PIPESTATUS[0]}",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.neco.updater.Main",
                        "-config",
                        configFile.toString())
                .start();
        processes.add(shell);
        // the end comes before that when there is something to complain about on the way
        await("the leader")
                .atMost(Duration.ofSeconds(40))
                .until(() -> !shell.isAlive() || !etcdctl.get("leader/updater/").isEmpty());
        // each put wakes the updater, which logs its next action
        await("the end")
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    etcdctl.put("info/ssh-pubkey", "x");
                    return !shell.isAlive();
                });

        assertThat(shell.exitValue()).isEqualTo(5);
    }
}
