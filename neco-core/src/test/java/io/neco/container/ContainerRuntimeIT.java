package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.PushResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import io.neco.artifact.ContainerImage;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.Site;
import io.neco.store.testing.Ports;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the local Docker engine, with an image made here and a registry that wants a password. */
class ContainerRuntimeIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    static Path dir;

    private static DockerClient docker;
    private static LocalRegistry registry;
    private static int port;
    private static ContainerImage local;
    private static ContainerImage remote;
    private static HostFiles files;

    @BeforeAll
    static void startRegistryAndMakeImage() throws Exception {
        Path socket = Path.of(ContainerRuntime.SOCKET);
        assertThat(socket)
                .as("these tests need a Docker engine at %s; `bin/internal/prepare` starts one", socket)
                .exists();
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .build();
        docker = DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
        docker.pingCmd().exec();
        files = new HostFiles(new HostRoot(dir.resolve("host")));
        registry = new LocalRegistry(dir.resolve("registry"));
        port = registry.port();
        String tag = "t" + ProcessHandle.current().pid();
        local = new ContainerImage("neco-test-tool", "neco-test/tool", tag, false);
        remote = new ContainerImage("tool", "127.0.0.1:" + port + "/cybozu/tool", tag, false);
        importImage(local);
        importImage(remote);
        push(remote);
    }

    @AfterAll
    static void stop() throws Exception {
        for (ContainerImage image : List.of(local, remote)) {
            removeImage(image.fullName());
        }
        docker.close();
        registry.close();
    }

    @Test
    void runsAToolAsRootWithTheBindAndRemovesTheContainer() throws Exception {
        Path shared = Files.createDirectories(dir.resolve("shared"));
        try (ContainerRuntime runtime = runtime()) {
            runtime.run(
                    local,
                    List.of(Bind.writable(shared.toString(), "/host")),
                    List.of("/bin/sh", "-c", "echo installed > /host/tool"),
                    MINUTE);
        }

        assertThat(shared.resolve("tool")).hasContent("installed\n");
        assertThat((Integer) Files.getAttribute(shared.resolve("tool"), "unix:uid"))
                .isZero();
        assertThat(containersOf(local)).isEmpty();
    }

    @Test
    void aReadOnlyBindCannotBeWrittenToAndTheErrorTellsWhatTheToolSaid() throws Exception {
        Path shared = Files.createDirectories(dir.resolve("read-only"));
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.run(
                            local,
                            List.of(new Bind(shared.toString(), "/host", true)),
                            List.of("/bin/sh", "-c", "echo x > /host/tool || exit 7"),
                            MINUTE))
                    .isInstanceOf(ContainerException.class)
                    .hasMessageContaining(local.fullName())
                    .hasMessageContaining("failed with exit status 7")
                    .hasMessageContaining("Read-only file system");
        }
        assertThat(containersOf(local)).isEmpty();
    }

    @Test
    void removesTheContainersThatAKilledProcessLeftAndNoOthers() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        String abandoned = created(Map.of(DockerEngine.OWNER_LABEL, Long.toString(gone.pid())));
        String own = created(Map.of(
                DockerEngine.OWNER_LABEL, Long.toString(ProcessHandle.current().pid())));
        String foreign = created(Map.of());
        try (ContainerRuntime runtime = runtime()) {
            runtime.run(local, List.of(), List.of("/bin/sh", "-c", ":"), MINUTE);

            assertThat(containersOf(local)).contains(own, foreign).doesNotContain(abandoned);
        } finally {
            for (String container : containersOf(local)) {
                docker.removeContainerCmd(container).withForce(true).exec();
            }
        }
    }

    private static String created(Map<String, String> labels) {
        return docker.createContainerCmd(local.fullName())
                .withCmd("/bin/sh", "-c", ":")
                .withLabels(labels)
                .exec()
                .getId();
    }

    @Test
    void neverPullsWhatItRuns() {
        ContainerImage absent = new ContainerImage("tool", "127.0.0.1:" + port + "/cybozu/absent", "1", false);
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.run(absent, List.of(), List.of("true"), MINUTE))
                    .hasMessageContaining("cybozu/absent:1")
                    .hasMessageContaining("No such image");
        }
    }

    @Test
    void killsAToolThatOutlastsItsDeadline() throws Exception {
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.run(local, List.of(), List.of("/bin/sleep", "600"), Duration.ofSeconds(2)))
                    .hasMessageContaining("not done within 2 s");
        }
        assertThat(containersOf(local)).isEmpty();
    }

    @Test
    void runsACommandInARunningContainerAndPassesItsStreamsOn() throws Exception {
        String id = docker.createContainerCmd(local.fullName())
                .withCmd("/bin/sleep", "600")
                .exec()
                .getId();
        // not privileged, since privileged containers are not possible on every machine that runs tests
        try (ContainerRuntime runtime = runtime();
                DockerEngine engine = new DockerEngine(Path.of(ContainerRuntime.SOCKET))) {
            assertThat(runtime.isRunning(local)).isFalse();
            docker.startContainerCmd(id).exec();
            assertThat(runtime.isRunning(local)).isTrue();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();

            int code = engine.exec(
                    id,
                    false,
                    List.of("/bin/sh", "-c", "read line; echo got $line; echo hm >&2; exit 10"),
                    new Stdio(
                            Optional.of(new ByteArrayInputStream("text\n".getBytes(StandardCharsets.UTF_8))),
                            out,
                            err,
                            false),
                    MINUTE);

            assertThat(code).isEqualTo(10);
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("got text\n");
            assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("hm\n");
            assertThatThrownBy(() -> runtime.exec(
                            "neco-no-such-container",
                            List.of("true"),
                            new Stdio(
                                    Optional.empty(),
                                    OutputStream.nullOutputStream(),
                                    OutputStream.nullOutputStream(),
                                    false),
                            MINUTE))
                    .hasMessageContaining("No such container: neco-no-such-container");
        } finally {
            docker.removeContainerCmd(id).withForce(true).exec();
        }
    }

    @Test
    void sendsASignalToARunningContainer() throws Exception {
        String id = docker.createContainerCmd(local.fullName())
                .withCmd("/bin/sh", "-c", "trap 'exit 7' HUP; echo ready; sleep 600 & wait")
                .exec()
                .getId();
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.signal(id, "HUP")).hasMessageContaining("is not running");
            docker.startContainerCmd(id).exec();
            Awaitility.await().atMost(MINUTE).until(() -> output(id).contains("ready"));

            runtime.signal(id, "HUP");

            assertThat(docker.waitContainerCmd(id).start().awaitStatusCode(1, TimeUnit.MINUTES))
                    .isEqualTo(7);
            assertThatThrownBy(() -> runtime.signal("neco-no-such-container", "HUP"))
                    .hasMessageContaining("No such container: neco-no-such-container");
        } finally {
            docker.removeContainerCmd(id).withForce(true).exec();
        }
    }

    private static String output(String id) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        docker.logContainerCmd(id)
                .withStdOut(true)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion();
        return text.toString();
    }

    @Test
    void pullsWithTheLoginOfRootsDockerClientAndOnlyWhenTheImageIsMissing() throws Exception {
        logIn(LocalRegistry.PASSWORD);
        removeImage(remote.fullName());
        try (ContainerRuntime runtime = runtime()) {
            assertThat(runtime.isPresent(remote)).isFalse();
            assertThat(runtime.pull(remote)).isTrue();
            assertThat(runtime.isPresent(remote)).isTrue();
            assertThat(runtime.pull(remote)).isFalse();
        } finally {
            logOut();
        }
    }

    @Test
    void saysOfAnAbsentImageWhichItIsAndWhereItIsMissed() throws Exception {
        logIn(LocalRegistry.PASSWORD);
        ContainerImage absent = new ContainerImage("tool", registry.name() + "/cybozu/tool", "absent", false);
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.pull(absent))
                    .isInstanceOf(ContainerException.class)
                    .hasMessageStartingWith("cannot pull image " + absent.fullName() + " from registry "
                            + registry.name() + " (3 attempts): ")
                    .hasMessageContaining(absent.fullName())
                    .hasMessageContaining(" not found")
                    .hasMessageContaining(
                            "; check that " + registry.name() + " has cybozu/tool:absent for linux/amd64");
        } finally {
            logOut();
        }
    }

    @Test
    void asksForALoginWhereNoneIsKnown() {
        ContainerImage image = new ContainerImage("tool", registry.name() + "/cybozu/tool", "absent", false);
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.pull(image))
                    .hasMessageContaining("no basic auth credentials; check the login:")
                    .hasMessageContaining("`docker login " + registry.name() + "` as root");
        }
    }

    @Test
    void asksForALoginWhereTheKnownOneIsRefused() throws Exception {
        logIn("wr0ng");
        ContainerImage image = new ContainerImage("tool", registry.name() + "/cybozu/tool", "absent", false);
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.pull(image))
                    .hasMessageMatching("(?i).*unauthorized.*; check the login:.*")
                    .hasMessageNotContaining("wr0ng");
        } finally {
            logOut();
        }
    }

    @Test
    void saysThatTheRegistryDoesNotAnswer() throws Exception {
        String nobody = "127.0.0.1:" + Ports.free();
        ContainerImage image = new ContainerImage("tool", nobody + "/cybozu/tool", "1", false);
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(() -> runtime.pull(image, Duration.ofSeconds(2)))
                    .hasMessageContaining("connection refused")
                    .hasMessageContaining("; check that this host's docker engine reaches " + nobody);
        }
    }

    @Test
    void anInterruptEndsAPull() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ContainerImage image =
                    new ContainerImage("tool", "127.0.0.1:" + mute.getLocalPort() + "/cybozu/tool", "1", false);
            mute.setSoTimeout((int) MINUTE.toMillis());
            try (ContainerRuntime runtime = runtime()) {
                FutureTask<Boolean> pull = new FutureTask<>(() -> runtime.pull(image));
                Thread thread = new Thread(pull);
                thread.start();
                try (Socket asked = mute.accept()) {
                    assertThat(asked.isConnected()).isTrue();

                    thread.interrupt();

                    assertThatThrownBy(() -> pull.get(1, TimeUnit.MINUTES))
                            .hasCauseInstanceOf(InterruptedException.class);
                }
            }
        }
    }

    @Test
    void tellsTheProxyOfTheEngine() throws Exception {
        try (ContainerRuntime runtime = runtime()) {
            assertThat(runtime.httpProxy().orElse(""))
                    .isEqualTo(Optional.ofNullable(docker.infoCmd().exec().getHttpProxy())
                            .orElse(""));
        }
    }

    private static ContainerRuntime runtime() {
        return new ContainerRuntime(
                Path.of(ContainerRuntime.SOCKET), files, Site.defaults(), RegistryCredentials.ofDockerClient(files));
    }

    private static void logIn(String password) throws IOException {
        files.write(
                RegistryCredentials.DOCKER_CONFIG_FILE,
                "{\"auths\":{\"" + registry.name() + "\":{\"username\":\"" + LocalRegistry.USER + "\",\"password\":\""
                        + password + "\"}}}",
                FileMode.PRIVATE);
    }

    private static void logOut() throws IOException {
        Files.delete(files.path(RegistryCredentials.DOCKER_CONFIG_FILE));
    }

    private static void importImage(ContainerImage image) throws Exception {
        Process make = new ProcessBuilder(
                        "sh",
                        "-c",
                        "tar -ch -C / etc/passwd etc/group bin/sh bin/sleep"
                                + " $(ldd /bin/sh /bin/sleep | grep -o '/lib[^ ]*' | sort -u | sed 's,^/,,')"
                                + " | docker import - " + image.fullName())
                .redirectErrorStream(true)
                .start();
        String said = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(make.waitFor()).as(said).isZero();
    }

    private static void push(ContainerImage image) throws InterruptedException {
        docker.pushImageCmd(image.fullName())
                .withAuthConfig(new AuthConfig()
                        .withRegistryAddress("127.0.0.1:" + port)
                        .withUsername(LocalRegistry.USER)
                        .withPassword(LocalRegistry.PASSWORD))
                .exec(new ResultCallback.Adapter<PushResponseItem>())
                .awaitCompletion();
    }

    private static List<String> containersOf(ContainerImage image) {
        return docker.listContainersCmd().withShowAll(true).exec().stream()
                .filter(c -> c.getImage().equals(image.fullName()))
                .map(c -> c.getId())
                .toList();
    }

    private static void removeImage(String name) {
        try {
            docker.removeImageCmd(name).withForce(true).exec();
        } catch (com.github.dockerjava.api.exception.NotFoundException e) {
            // a test has removed it already
        }
    }
}
