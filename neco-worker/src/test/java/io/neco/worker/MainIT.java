package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.store.EtcdConfig;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The program as systemd runs it: flags, files, signals, exit status. In a mount namespace of its own it believes to be on a boot server:
 * files of the test cover those of this host, whose services it cannot reach.
 */
class MainIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** Runs a program on this host with directories of another one over its own; what it writes is lost. */
    private static final String ON_SCRATCH_HOST = """
            set -e
            host=$1; shift
            mount -t tmpfs tmpfs "$host/changes"
            for directory in etc usr/lib var/lib; do
                mkdir -p "$host/changes/$directory/upper" "$host/changes/$directory/work"
                own="lowerdir=$host/$directory:/$directory"
                mount -t overlay overlay -o "$own,upperdir=$host/changes/$directory/upper,workdir=$host/changes/$directory/work" "/$directory"
                mount --bind "$host/$directory/neco" "/$directory/neco"
            done
            mount -t tmpfs tmpfs /run
            exec "$@"
            """;

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    private Path host;
    private Path log;

    @BeforeEach
    void makeHost() throws IOException {
        log = directory.resolve("log");
        host = directory.resolve("host");
        for (String made : List.of("etc/neco", "usr/lib/neco", "var/lib/neco", "changes")) {
            Files.createDirectories(host.resolve(made));
        }
        EtcdConfig config = ETCD.config();
        write("usr/lib/neco/version", "2022.05.26-2\n");
        write("etc/neco/rack", "0\n");
        write(
                "etc/neco/config.yml",
                "endpoints:\n- " + config.endpoints().get(0) + "\nprefix: " + config.prefix() + "\n");
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void endsWithSuccessOnSigterm() throws Exception {
        Process worker = start();
        await("the worker to wait for requests").atMost(PATIENCE).until(() -> said().contains("no proxy is set"));

        worker.destroy();

        assertThat(exitStatus(worker)).isZero();
        assertThat(said())
                .contains("neco-worker warning: \"got a signal, stopping\"")
                .doesNotContain("error:");
    }

    @Test
    void waitsForEtcdAndStopsMeanwhile() throws Exception {
        write("etc/neco/config.yml", "endpoints:\n- http://127.0.0.1:1\n");
        Process worker = start();
        await("the worker to tell of the outage")
                .atMost(PATIENCE)
                .until(() -> said().contains("etcd does not answer, trying again until it does"));

        worker.destroy();

        assertThat(exitStatus(worker)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-x | 2 | flag provided but not defined: -x",
                "-config | 2 | flag needs an argument: -config",
                "now | 2 | unexpected argument: now",
                "-plan=yes | 2 | 'invalid boolean value \"yes\" for -plan'",
                "-h | 0 | Usage of neco-worker:",
                "--version | 0 | neco-worker version 2022.05.26-2",
            })
    void endsWithTheRightStatusForAFlag(String argument, int status, String text) throws Exception {
        Process worker = start(argument);

        assertThat(exitStatus(worker)).isEqualTo(status);
        assertThat(said()).startsWith(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "etc/neco/rack | | /etc/neco/rack is missing; it must hold this boot server's logical rack number, e.g. 0",
                "etc/neco/rack | boot-0 | 'the logical rack number in /etc/neco/rack is \\\"boot-0\\\", but must be a decimal number of 0 or more'",
                "etc/neco/rack | -1 | 'the logical rack number in /etc/neco/rack is \\\"-1\\\", but must be a decimal number of 0 or more'",
                "etc/neco/config.yml | | '/etc/neco/config.yml does not exist: this server is no boot server yet; run neco setup or neco join'",
                "etc/neco/config.yml | 'endpoints: [' | '/etc/neco/config.yml is not valid YAML: '",
                "etc/neco/config.yml | no map | '/etc/neco/config.yml should be a map of keys such as endpoints and tls-cert-file; neco setup and neco join write this file'",
                "etc/neco/config.yml | 'tls-cert-file: /etc/neco/etcd.crt' | '/etc/neco/config.yml: tls-cert-file or tls-cert is given without tls-key-file or tls-key; give both or neither'",
                "etc/neco/site.yml | 'realease-owner: x' | unknown key realease-owner in /etc/neco/site.yml",
                "usr/lib/neco/version | | '/usr/lib/neco/version is missing or empty, and package neco is not installed: '",
            })
    void endsWithOneLineThatNamesTheFileItCannotUse(String file, String text, String message) throws Exception {
        if (text == null) {
            Files.delete(host.resolve(file));
        } else {
            write(file, text);
        }

        Process worker = start();

        assertThat(exitStatus(worker)).isEqualTo(1);
        assertThat(said().lines().filter(line -> !line.contains(" neco-worker info: ")))
                .singleElement()
                .asString()
                .contains(" neco-worker error: \"" + message);
    }

    @Test
    void endsWithOneLineThatNamesTheFileOfTheFlag() throws Exception {
        Process worker = start("-config=/nowhere/config.yml");

        assertThat(exitStatus(worker)).isEqualTo(1);
        assertThat(said().lines().filter(line -> !line.contains(" neco-worker info: ")))
                .singleElement()
                .asString()
                .contains("error: \"cannot read /nowhere/config.yml (flag -config): NoSuchFileException");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(host.resolve(file), text);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        boolean isRoot = Files.getAttribute(directory, "unix:uid").equals(0);
        if (!isRoot) {
            command.add("--map-root-user");
        }
        command.addAll(List.of(
                "sh",
                "-c",
                ON_SCRATCH_HOST,
                "sh",
                host.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.neco.worker.Main"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        processes.add(process);
        return process;
    }

    private String said() throws IOException {
        return Files.readString(log);
    }

    private static int exitStatus(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the program ends")
                .isTrue();
        return process.exitValue();
    }
}
