package io.neco.statesetter.serf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;

/** What a serf agent may answer; a real one is asked by the tests of the whole program. */
class SerfAgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What is said to a client. */
    private interface Conversation {
        void hold(MessageUnpacker in, OutputStream out) throws IOException;
    }

    /** Something that listens where the agent should. */
    private static final class Listener implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());

        Listener(Conversation conversation) throws IOException {
            Thread thread = new Thread(() -> {
                try (Socket client = socket.accept();
                        MessageUnpacker in = MessagePack.newDefaultUnpacker(client.getInputStream())) {
                    conversation.hold(in, client.getOutputStream());
                } catch (IOException e) {
                    // the client sees that nobody answers
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        SerfAgent agent(Duration deadline) {
            return new SerfAgent("127.0.0.1:" + socket.getLocalPort(), deadline);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void header(OutputStream out, long sequence, String error) throws IOException {
        MessagePacker packer = MessagePack.newDefaultPacker(out);
        packer.packMapHeader(2)
                .packString("Seq")
                .packLong(sequence)
                .packString("Error")
                .packString(error);
        packer.flush();
    }

    @Test
    void readsAddressesOfBothKindsStatusAndTags() throws Exception {
        try (Listener listener = new Listener((in, out) -> {
            assertThat(in.unpackValue()).hasToString("{\"Command\":\"handshake\",\"Seq\":0}");
            assertThat(in.unpackValue()).hasToString("{\"Version\":1}");
            header(out, 0, "");
            assertThat(in.unpackValue()).hasToString("{\"Command\":\"members\",\"Seq\":1}");
            header(out, 1, "");
            MessagePacker packer = MessagePack.newDefaultPacker(out);
            packer.packMapHeader(1).packString("Members").packArrayHeader(2);
            for (byte[] address : new byte[][] {
                {10, 69, 0, (byte) 195}, InetAddress.getByName("fd00::1").getAddress()
            }) {
                packer.packMapHeader(4).packString("Name").packString("boot-0");
                packer.packString("Addr").packRawStringHeader(address.length).writePayload(address);
                packer.packString("Status").packString("alive");
                packer.packString("Tags")
                        .packMapHeader(1)
                        .packString("systemd-units-failed")
                        .packString("");
            }
            packer.flush();
        })) {
            assertThat(listener.agent(PATIENCE).members())
                    .containsExactly(
                            new SerfMember("boot-0", "10.69.0.195", "alive", Map.of("systemd-units-failed", "")),
                            new SerfMember(
                                    "boot-0", "fd00:0:0:0:0:0:0:1", "alive", Map.of("systemd-units-failed", "")));
        }
    }

    @Test
    void saysWhatTheAgentRefuses() throws IOException {
        try (Listener listener = new Listener((in, out) -> header(out, 0, "Unsupported IPC version"))) {
            assertThatThrownBy(() -> listener.agent(PATIENCE).members())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot ask the serf agent at 127.0.0.1:")
                    .hasMessageContaining("it refuses: Unsupported IPC version");
        }
    }

    @Test
    void givesUpAnAgentThatIsMute() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Listener listener = new Listener((in, out) -> {
            while (end.getCount() > 0) {
                in.unpackValue();
            }
        })) {
            assertThatThrownBy(() -> listener.agent(Duration.ofMillis(50)).members())
                    .hasMessageContaining("did not answer within");
        } finally {
            end.countDown();
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (Listener listener = new Listener((in, out) -> {
            in.unpackValue();
            asked.countDown();
            in.unpackValue();
            in.unpackValue();
        })) {
            Thread thread = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                try {
                    asked.await();
                    thread.interrupt();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            interrupter.start();

            assertThatThrownBy(() -> listener.agent(PATIENCE).members()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void saysWhenSomethingElseAnswers() throws IOException {
        try (Listener listener = new Listener(
                (in, out) -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))) {
            assertThatThrownBy(() -> listener.agent(PATIENCE).members())
                    .hasMessageContaining("cannot ask the serf agent at 127.0.0.1:");
        }
    }

    @Test
    void anAddressNeedsAPort() {
        assertThatThrownBy(() -> new SerfAgent("localhost", PATIENCE))
                .hasMessage("serf's address must be HOST:PORT, but it is localhost");
    }
}
