package io.neco.setup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Finds out whether a server's etcd accepts connections. */
@FunctionalInterface
interface EtcdProbe {
    /** etcd's client port. */
    int PORT = 2379;

    /** Whether something listens where etcd of the server with this node0 address does. */
    boolean answers(String node0);

    /** Tries to connect. */
    static EtcdProbe byConnecting() {
        int timeout = (int) Duration.ofSeconds(1).toMillis();
        return node0 -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(node0, PORT), timeout);
                return true;
            } catch (IOException e) {
                return false;
            }
        };
    }
}
