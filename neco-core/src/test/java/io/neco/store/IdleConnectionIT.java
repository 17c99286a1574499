package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A connection that nobody uses. An etcd throws out, after some 40 seconds, a client that asks it for signs of life without a call or a
 * watch ("too_many_pings"); so the test looks for the first such question, which gRPC asks after 10 seconds.
 */
class IdleConnectionIT {
    private static final Duration LONGER_THAN_KEEP_ALIVE = Duration.ofSeconds(12);

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private ServerSocket relay;

    @BeforeEach
    void listen() throws IOException {
        relay = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket client = relay.accept();
                connections.incrementAndGet();
                URI etcd = URI.create(ETCD.endpoints().get(0));
                Socket server = new Socket(etcd.getHost(), etcd.getPort());
                sockets.addAll(Set.of(client, server));
                start(() -> copy(client.getInputStream(), server.getOutputStream(), sent));
                start(() -> copy(server.getInputStream(), client.getOutputStream(), new AtomicLong()));
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void nothingIsSentOverAConnectionThatIsNotUsed() {
        EtcdConfig real = ETCD.config();
        EtcdConfig relayed = new EtcdConfig(
                List.of("http://127.0.0.1:" + relay.getLocalPort()),
                real.prefix(),
                real.timeout(),
                real.username(),
                real.password(),
                real.tlsCa(),
                real.tlsCert(),
                real.tlsKey());
        try (EtcdStore store = EtcdStore.open(relayed)) {
            store.putConfig(ConfigKey.ENV, "test");
            AtomicLong before = new AtomicLong(-1);
            // the acknowledgements of the last answer
            await().pollInterval(Duration.ofMillis(300)).until(() -> before.getAndSet(sent.get()) == sent.get());

            await().during(LONGER_THAN_KEEP_ALIVE)
                    .atMost(LONGER_THAN_KEEP_ALIVE.multipliedBy(2))
                    .failFast("something is sent although nobody asks", () -> sent.get() != before.get())
                    .until(() -> sent.get() == before.get());

            assertThat(store.config(ConfigKey.ENV)).contains("test");
            assertThat(connections).hasValue(1);
        }
    }

    private static void copy(InputStream in, OutputStream out, AtomicLong count) throws IOException {
        byte[] piece = new byte[8192];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            count.addAndGet(length);
            out.write(piece, 0, length);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // the test is over
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
