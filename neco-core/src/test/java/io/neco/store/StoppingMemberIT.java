package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A member that is told to stop asks its clients to leave; those that do not leave keep it waiting for a second. */
class StoppingMemberIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    /** Who ended a connection, in this order. */
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    private ServerSocket relay;

    @BeforeEach
    void listen() throws IOException {
        relay = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket client = relay.accept();
                URI etcd = URI.create(ETCD.endpoint(0));
                Socket server = new Socket(etcd.getHost(), etcd.getPort());
                sockets.addAll(Set.of(client, server));
                start(() -> copy("client", client.getInputStream(), server.getOutputStream()));
                start(() -> copy("member", server.getInputStream(), client.getOutputStream()));
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        ETCD.heal();
    }

    private EtcdStore open() {
        return EtcdStore.open(ETCD.config("root", List.of("https://127.0.0.1:" + relay.getLocalPort())));
    }

    @Test
    void isLeftAtOnceByAClientThatAsksNothing() throws InterruptedException {
        try (EtcdStore store = open()) {
            store.putConfig(ConfigKey.ENV, "test");

            ETCD.stop(0);

            assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("client");
        }
    }

    @Test
    void isLeftAtOnceByAClientWhoseWatchItHasEnded() throws InterruptedException {
        try (EtcdStore store = open();
                StoreWatch watch =
                        store.watch(Set.of(WatchTopic.CONFIG), store.snapshot().revision(), e -> {})) {
            store.putConfig(ConfigKey.ENV, "prod");

            ETCD.stop(0);

            assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("client");
        }
    }

    @Test
    void isConnectedToAgainWhenItIsBack() {
        try (EtcdStore store = open()) {
            store.putConfig(ConfigKey.ENV, "test");
            ETCD.stop(0);
            ETCD.heal();

            store.putConfig(ConfigKey.ENV, "staging");

            assertThat(store.config(ConfigKey.ENV)).contains("staging");
        }
    }

    private void copy(String who, InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[8192];
        try {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                out.write(piece, 0, length);
            }
        } finally {
            ends.add(who);
            out.close();
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
