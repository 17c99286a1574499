package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ContainerImage;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.host.Site;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerRuntimeTest {
    private static final ContainerImage PRIVATE = new ContainerImage("setup-hw", "quay.io/cybozu/setup-hw", "1", true);
    private static final ContainerImage PUBLIC = new ContainerImage("etcd", "quay.io/cybozu/etcd", "1", false);

    @TempDir
    Path dir;

    @Test
    void namesPrivateImagesByTheirSecretRepository() throws IOException {
        HostFiles files = new HostFiles(new HostRoot(dir));
        try (ContainerRuntime runtime = ContainerRuntime.local(files, Site.defaults())) {
            assertThat(runtime.fullName(PRIVATE)).isEqualTo("quay.io/cybozu/setup-hw-secret:1");
            assertThat(runtime.fullName(PUBLIC)).isEqualTo("quay.io/cybozu/etcd:1");

            files.write(HostPaths.DCTEST_FILE, "", FileMode.WORLD_READABLE);

            assertThat(runtime.fullName(PRIVATE)).isEqualTo("quay.io/cybozu/setup-hw:1");
        }
    }

    @Test
    void saysThatDockerIsNotThere() {
        try (ContainerRuntime runtime = runtime(dir.resolve("none.sock"))) {
            assertThatThrownBy(() -> runtime.isPresent(PUBLIC))
                    .isInstanceOf(ContainerException.class)
                    .hasMessageContaining("none.sock does not exist")
                    .hasMessageContaining("systemctl status docker");
        }
    }

    @Test
    void aDamagedConfigurationOfTheDockerClientIsNamedWhereALoginIsLookedForAndHarmsNothingElse() throws IOException {
        HostFiles files = new HostFiles(new HostRoot(dir));
        files.write(RegistryCredentials.DOCKER_CONFIG_FILE, "{", FileMode.PRIVATE);
        System.setProperty("DOCKER_CONFIG", files.path("/root/.docker").toString());
        try (ContainerRuntime runtime = runtime(dir.resolve("none.sock"))) {
            assertThatThrownBy(() -> runtime.isPresent(PUBLIC)).hasMessageContaining("none.sock does not exist");
        } finally {
            System.clearProperty("DOCKER_CONFIG");
        }
        assertThatThrownBy(() -> RegistryCredentials.ofDockerClient(files).find(PUBLIC, PUBLIC.fullName()))
                .hasMessageContaining("/root/.docker/config.json is not valid JSON");
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        Path socket = dir.resolve("dead.sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        server.close();
        try (ContainerRuntime runtime = runtime(socket)) {
            assertThatThrownBy(() -> runtime.isPresent(PUBLIC))
                    .hasMessageContaining("no answer from the docker engine at " + socket);
        }
    }

    @Test
    void givesUpOnAMuteEngineAtTheDeadline() throws IOException {
        Path socket = dir.resolve("mute.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            try (DockerEngine engine = new DockerEngine(socket)) {
                assertThatThrownBy(() -> engine.exec(
                                "etcd",
                                true,
                                List.of("true"),
                                new Stdio(
                                        Optional.empty(),
                                        OutputStream.nullOutputStream(),
                                        OutputStream.nullOutputStream(),
                                        false),
                                Duration.ofMillis(100)))
                        .hasMessage("cannot run `true` in container etcd: not done within 0 s");
            }
        }
    }

    /** E.g. since the host stood still for a while, or the engine was restarted. */
    @Test
    void asksAnEngineAgainThatDoesNotAnswerWhetherAnImageIsThere() throws Exception {
        Path socket = dir.resolve("new.sock");
        int failures = 3; // more than the HTTP client tries by itself
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread engine = new Thread(() -> {
                try {
                    for (int i = 0; i < failures; i++) {
                        server.accept().close();
                    }
                    try (SocketChannel client = server.accept()) {
                        answer(client, "{\"Id\":\"sha256:1\"}");
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            engine.start();
            try (ContainerRuntime runtime = runtime(socket)) {
                assertThat(runtime.pull(PUBLIC, Duration.ofSeconds(30)))
                        .as("pulled")
                        .isFalse();
            }
            engine.join();
        }
    }

    private static void answer(SocketChannel client, String body) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(4096);
        while (!StandardCharsets.US_ASCII
                .decode(request.duplicate().flip())
                .toString()
                .endsWith("\r\n\r\n")) {
            if (client.read(request) < 0) {
                throw new EOFException("no request");
            }
        }
        String answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
        client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    }

    private ContainerRuntime runtime(Path socket) {
        HostFiles files = new HostFiles(new HostRoot(dir));
        return new ContainerRuntime(socket, files, Site.defaults(), RegistryCredentials.ofDockerClient(files));
    }
}
