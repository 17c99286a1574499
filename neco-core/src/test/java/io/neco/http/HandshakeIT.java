package io.neco.http;

import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server or proxy that goes away in the TLS handshake, as one does that is restarted. */
class HandshakeIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int SOME = 5;

    private final HttpClients clients = new HttpClients(new OsTrustStore(), Map.of());
    private ServerSocket server;
    private volatile boolean isReset;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::cutEach, "cutting-server");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Reads the beginning of what the client says; the end of the connection is orderly, or a reset. */
    private void cutEach() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getInputStream().readNBytes(SOME);
                if (isReset) {
                    socket.setSoLinger(true, 0);
                } else {
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            } catch (IOException e) {
                // the client has cut it first, or the test is over
            }
        }
    }

    private URI uri() {
        return URI.create("https://127.0.0.1:" + server.getLocalPort() + "/x");
    }

    private void ask(Sender client) throws IOException, InterruptedException {
        client.send(HttpRequest.newBuilder(uri()).build(), BodyHandlers.ofString(), DEADLINE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isAFailureThatMayPass(boolean reset) throws Exception {
        isReset = reset;

        try (WebClient client = clients.local();
                BlockingClient streaming = clients.streaming(Optional.empty(), DEADLINE)) {
            assertThatIOException().isThrownBy(() -> ask(client)).matches(Retry::isTransient, "may pass by itself");
            assertThatIOException().isThrownBy(() -> ask(streaming)).matches(Retry::isTransient, "may pass by itself");
        }
    }
}
