package io.neco.dctest.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.StoreException;
import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateSetterIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GOOD = "# TYPE hw_processor_status_health gauge\nhw_processor_status_health 0\n";
    private static final String BAD = GOOD.replace(" 0\n", " 2\n");
    private static final String NO_UNITS_FAILED = "-tag=systemd-units-failed=";
    private static final String SETTINGS = """
            machine-types:
            - name: qemu
              grace-period: 500ms
              metrics: [{name: hw_processor_status_health}]
            """;

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private EtcdConfig etcd = ETCD.config();
    private Machinery machinery;
    private SerfProcesses serf;

    @BeforeEach
    void start() throws IOException {
        etcd = ETCD.config();
        Files.writeString(
                directory.resolve("etcd.yml"),
                "endpoints:\n- " + etcd.endpoints().get(0) + "\nprefix: " + etcd.prefix() + "\n");
        settings(SETTINGS);
        neco("echo On");
        machinery = new Machinery(Files.createDirectory(directory.resolve("sabakan")));
        serf = new SerfProcesses(directory);
        serf.startOwn();
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        serf.close();
        machinery.close();
    }

    private void settings(String yaml) throws IOException {
        Files.writeString(directory.resolve("setter.yml"), yaml);
    }

    /** What the command neco does, besides writing down how it was called; it also says something on stderr. */
    private void neco(String script) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path neco = bin.resolve("neco");
        Files.writeString(
                neco,
                "#!/bin/sh\necho \"$*\" >>" + directory.resolve("calls") + "\necho a warning >&2\n" + script + "\n");
        assertThat(neco.toFile().setExecutable(true)).isTrue();
    }

    private List<String> calls() throws IOException {
        Path calls = directory.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private Process launch(String log, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.neco.statesetter.Main"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(log).toFile());
            builder.environment().merge("PATH", "", (path, none) -> directory.resolve("bin") + ":" + path);
            Process process = builder.start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process setter(String log, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "-config-file=" + directory.resolve("setter.yml"),
                "-etcd-config=" + directory.resolve("etcd.yml"),
                "-sabakan-url=" + machinery.address(),
                "-serf-address=" + serf.rpcAddress(),
                "-metrics-address=none",
                "-interval=300ms"));
        arguments.addAll(Arrays.asList(more));
        return launch(log, arguments.toArray(new String[0]));
    }

    private String said(String log) {
        try {
            return Files.readString(directory.resolve(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitText(String log, String text) {
        await(text + " in " + log).atMost(PATIENCE).until(() -> said(log).contains(text));
    }

    private void awaitState(String serial, String state) {
        await(serial + " is " + state)
                .atMost(PATIENCE)
                .until(() -> machinery.state(serial).equals(state));
    }

    private static int exitStatus(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the program ends")
                .isTrue();
        return process.exitValue();
    }

    /** Whether nobody leads or stands for election. */
    private boolean isLeaderless() throws InterruptedException {
        try (EtcdStore store = EtcdStore.open(etcd);
                Leadership won = store.campaign(
                        ElectionName.SABAKAN_STATE_SETTER, "test", Duration.ofSeconds(5), Duration.ofMillis(1))) {
            return won.leaseId() != 0;
        } catch (StoreException e) {
            return false;
        }
    }

    @Test
    void tellsSabakanHowItsMachinesAre() throws Exception {
        String good = machinery.machine("good", "qemu");
        String bad = machinery.machine("bad", "qemu", "healthy");
        String mute = machinery.machine("mute", "qemu", "healthy");
        String starting = machinery.machine("starting", "qemu", "healthy", "unhealthy");
        String units = machinery.machine("units", "qemu", "healthy");
        String unknown = machinery.machine("unknown", "abacus", "healthy");
        machinery.machine("absent", "qemu", "healthy");
        machinery.machine("updating", "qemu", "healthy", "updating");
        for (String address : List.of(good, starting, units, unknown)) {
            machinery.exports(address, GOOD);
        }
        machinery.exports(bad, BAD);
        for (String address : List.of(good, bad, mute, unknown)) {
            serf.join(address, NO_UNITS_FAILED);
        }
        serf.join(starting);
        serf.join(units, "-tag=systemd-units-failed=a.service");
        int port = Ports.free();

        Process setter = setter("log", "-metrics-address=127.0.0.1:" + port);

        awaitState("good", "healthy");
        awaitState("bad", "unhealthy");
        awaitState("mute", "unhealthy");
        awaitState("units", "unhealthy");
        awaitState("unknown", "unhealthy");
        awaitState("absent", "unreachable");
        assertThat(machinery.state("starting")).isEqualTo("unhealthy");
        assertThat(machinery.state("updating")).isEqualTo("updating");
        assertThat(said("log"))
                .contains("info: \"I am the leader\"", "skip to start shutdown cron job", "unknown machine type");
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .timeout(PATIENCE)
                                .build(),
                        BodyHandlers.ofString())
                .body();
        assertThat(metrics)
                .contains(
                        "sabakan_state_setter_leader 1.0",
                        "sabakan_state_setter_state_changes_total{result=\"ok\",state=\"unhealthy\"} 4.0");

        machinery.exports(bad, GOOD);
        serf.kill(good);

        awaitState("bad", "healthy");
        awaitState("good", "unreachable");

        setter.destroy();

        assertThat(exitStatus(setter)).isZero();
        assertThat(isLeaderless()).as(said("log")).isTrue();
        assertThat(said("log")).contains("got a signal, stopping").doesNotContain("error:", "could not give");
    }

    @Test
    void retiresMachinesAndSwitchesThemOff() throws Exception {
        settings("shutdown-schedule: '@every 1s'\n" + SETTINGS);
        machinery.machine("in-use", "qemu", "healthy");
        machinery.diskKey("in-use");
        neco("case \"$1 $2\" in 'tpm clear') [ -e " + directory.resolve("tpm-works") + " ];; *) echo On;; esac");
        setter("log");
        awaitState("in-use", "unreachable");
        machinery.machine("other", "qemu", "retiring");

        awaitText("log", "failed to clear TPM");
        assertThat(machinery.state("other")).isEqualTo("retiring");
        Files.createFile(directory.resolve("tpm-works"));

        awaitState("other", "retired");
        awaitText("log", "retirement; deleting encryption keys has been executed successfully");
        awaitText("log", "shutdown has been executed successfully");
        assertThat(calls())
                .contains("tpm clear --force other", "power status other", "power stop other")
                .noneMatch(call -> call.contains("in-use"));
        assertThat(machinery.hasDiskKey("in-use")).isTrue();

        neco("echo Off");

        awaitText("log", "shutdown; already powered OFF");
    }

    @Test
    void deletesTheKeysOfDisksBeforeAMachineIsRetired() throws Exception {
        machinery.machine("leaving", "qemu", "healthy");
        machinery.diskKey("leaving");
        machinery.machine("staying", "qemu", "healthy");
        assertThat(machinery.hasDiskKey("leaving")).isTrue();
        machinery.setState("leaving", "retiring");

        setter("log");

        awaitState("leaving", "retired");
        assertThat(machinery.hasDiskKey("leaving")).isFalse();
        assertThat(calls()).containsExactly("tpm clear --force leaving");
    }

    @Test
    void stopsAndResignsAmidACommand() throws Exception {
        machinery.machine("leaving", "qemu", "retiring");
        neco("exec tail -f /dev/null");
        Process setter = setter("log");
        await("the command").atMost(PATIENCE).until(() -> !calls().isEmpty());

        setter.destroy();

        assertThat(exitStatus(setter)).isZero();
        assertThat(isLeaderless()).as(said("log")).isTrue();
        assertThat(said("log")).doesNotContain("could not give everything up");
        assertThat(machinery.state("leaving")).isEqualTo("retiring");
    }

    @Test
    void stopsAndResignsWhileAMachineIsMute() throws Exception {
        String address = machinery.machine("mute", "qemu", "healthy");
        serf.join(address, NO_UNITS_FAILED);
        try (ServerSocket mute = new ServerSocket(9105, 0, InetAddress.getByName(address))) {
            Process setter = setter("log");
            mute.setSoTimeout((int) PATIENCE.toMillis());
            mute.accept();

            setter.destroy();

            assertThat(exitStatus(setter)).isZero();
            assertThat(isLeaderless()).as(said("log")).isTrue();
            assertThat(said("log")).doesNotContain("could not give everything up");
        }
    }

    @Test
    void leavesStatesAloneWhileSerfIsDown() throws Exception {
        String address = machinery.machine("one", "qemu", "healthy");
        machinery.exports(address, GOOD);
        serf.join(address, NO_UNITS_FAILED);
        serf.stopOwn();
        setter("log");
        awaitText("log", "failed to get serf members; states stay as they are until it answers");

        assertThat(machinery.state("one")).isEqualTo("healthy");

        serf.startOwn();

        awaitText("log", "the serf agent answers again");
    }

    @Test
    void goesOnWhenSabakanIsDown() throws Exception {
        Process setter = setter("log", "-sabakan-url=http://127.0.0.1:" + Ports.free());

        awaitText("log", "failed to get sabakan machines");

        setter.destroy();
        assertThat(exitStatus(setter)).isZero();
    }

    @Test
    void anotherOneLeadsWhenTheLeaderStops() throws Exception {
        machinery.machine("one", "qemu", "healthy");
        Process leader = setter("leader");
        awaitText("leader", "I am the leader");
        setter("candidate");

        leader.destroy();

        assertThat(exitStatus(leader)).isZero();
        awaitText("candidate", "I am the leader");
    }

    @Test
    void aDryRunPrintsAndChangesNothing() throws Exception {
        settings("shutdown-schedule: 0 11 * * *\n" + SETTINGS);
        String good = machinery.machine("good", "qemu");
        machinery.machine("absent", "qemu", "healthy");
        machinery.machine("leaving", "qemu", "retiring");
        machinery.exports(good, GOOD);
        serf.join(good, NO_UNITS_FAILED);

        assertThat(exitStatus(setter("log", "-dry-run"))).isZero();

        assertThat(said("log"))
                .contains(
                        "SERIAL   ADDRESS",
                        "uninitialized  healthy      nothing is wrong",
                        "unreachable  serf status is nil",
                        "retired      disk keys would be deleted and the TPM cleared",
                        "Retired machines would be switched off at ",
                        "T11:00");
        assertThat(machinery.state("good")).isEqualTo("uninitialized");
        assertThat(machinery.state("leaving")).isEqualTo("retiring");
        assertThat(calls()).isEmpty();
        assertThat(isLeaderless()).as(said("log")).isTrue();
    }

    @Test
    void aDryRunSaysWhoDoesNotAnswer() throws Exception {
        machinery.machine("one", "qemu");
        serf.stopOwn();

        assertThat(exitStatus(setter("no-serf", "--dry-run"))).isEqualTo(1);
        assertThat(exitStatus(setter("no-sabakan", "--dry-run", "-sabakan-url=http://127.0.0.1:1")))
                .isEqualTo(1);

        assertThat(said("no-serf")).contains("cannot ask the serf agent at " + serf.rpcAddress() + " for its members");
        assertThat(said("no-sabakan")).contains("http://127.0.0.1:1/graphql");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-x | 2 | flag provided but not defined: -x",
                "-h | 0 | Usage of sabakan-state-setter:",
                "--version | 0 | sabakan-state-setter version ",
                "-interval=0 | 1 | wrong value of -interval: it must be more than 0",
                "-interval=often | 1 | wrong value of -interval: time: invalid duration",
                "-parallel=none | 1 | wrong value of -parallel",
                "-sabakan-url=sabakan | 1 | wrong value of -sabakan-url",
                "-serf-address=serf | 1 | serf's address must be HOST:PORT",
                "-etcd-config=/nowhere/config.yml | 1 | cannot read /nowhere/config.yml (flag -etcd-config)",
                "-config-file=/nowhere/setter.yml | 1 | cannot read /nowhere/setter.yml (flag -config-file)",
                "-config-file= | 1 | no configuration file was given: use the flag -config-file",
            })
    void endsWithTheRightStatus(String argument, int status, String text) throws Exception {
        Process setter = setter("log", argument);

        assertThat(exitStatus(setter)).isEqualTo(status);
        assertThat(said("log")).contains(text);
    }

    @Test
    void aBadScheduleIsSaidAtTheStart() throws Exception {
        settings("shutdown-schedule: noon\n" + SETTINGS);

        assertThat(exitStatus(setter("log"))).isEqualTo(1);

        assertThat(said("log"))
                .contains("of shutdown-schedule is not allowed")
                .contains("expected exactly 5 fields, found 1: [noon]");
    }

    @Test
    void aPortInUseDoesNotKeepItFromItsWork() throws Exception {
        machinery.machine("one", "qemu", "healthy");
        try (ServerSocket taken = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            setter("log", "-metrics-address=127.0.0.1:" + taken.getLocalPort());

            awaitState("one", "unreachable");
            assertThat(said("log")).contains("own metrics are not told to Prometheus");
        }
    }
}
