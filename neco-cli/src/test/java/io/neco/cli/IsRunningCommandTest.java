package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.artifact.ArtifactSet;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code is-running} with a Docker engine that only knows the containers it is said to have. */
class IsRunningCommandTest {
    private static final String ETCD = ArtifactSet.builtIn().image("etcd").fullName();

    @TempDir
    private Path root;

    @Test
    void exitsWith0WhenAContainerOfTheReleasesImageRuns() throws Exception {
        CommandLineRun neco = new CommandLineRun(root);

        assertThat(ask(neco, "quay.io/cybozu/vault:0", ETCD)).isZero();

        assertThat(neco.out.toString()).isEqualTo("running\n");
        assertThat(neco.err.toString()).isEmpty();
    }

    @Test
    void exitsWith1WhenNoneRunsOrOneOfAnotherRelease() throws Exception {
        for (String[] images : new String[][] {{}, {ETCD + "0", "quay.io/cybozu/vault:0"}}) {
            CommandLineRun neco = new CommandLineRun(root);

            assertThat(ask(neco, images)).isEqualTo(1);

            assertThat(neco.out.toString()).isEqualTo("not running\n");
            assertThat(neco.err.toString()).isEmpty();
        }
    }

    @Test
    void exitsWith2WhenTheEngineIsNotThere() {
        CommandLineRun neco = new CommandLineRun(root);

        assertThat(run(neco, root.resolve("none.sock"))).isEqualTo(2);

        assertThat(neco.out.toString()).isEmpty();
        assertThat(neco.err.toString()).startsWith("unexpected error: ").contains("none.sock does not exist");
    }

    /** Asks whether etcd runs, of an engine where containers of these images run. */
    private int ask(CommandLineRun neco, String... images) throws IOException, InterruptedException {
        StringBuilder containers = new StringBuilder();
        for (String image : images) {
            containers.append(containers.isEmpty() ? "" : ",").append("{\"Image\":\"" + image + "\"}");
        }
        Path socket = root.resolve("docker-" + images.length + ".sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread engine = new Thread(() -> serve(server, "[" + containers + "]"), "engine");
            engine.start();
            int status = run(neco, socket);
            server.close();
            engine.join();
            return status;
        }
    }

    private static int run(CommandLineRun neco, Path socket) {
        Surroundings surroundings = neco.surroundings();
        Invocation invocation = Invocation.parse(List.of("is-running", "etcd"));
        int status = new LeafRunner(surroundings, invocation, new IsRunningCommand(surroundings, socket)).run();
        surroundings.out().flush();
        surroundings.err().flush();
        return status;
    }

    private static void serve(ServerSocketChannel server, String body) {
        while (true) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer request = ByteBuffer.allocate(4096);
                while (!new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII)
                                .endsWith("\r\n\r\n")
                        && client.read(request) >= 0) {
                    // more of it is to come
                }
                client.write(ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII)));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // the client has gone
            }
        }
    }
}
