package io.neco.setup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Finds out which servers' etcd accepts connections. */
@FunctionalInterface
interface EtcdProbe {
    /** Servers of the cluster whose etcd answers. */
    List<Integer> answering(BootCluster cluster);

    /** Tries to connect to etcd's client port. */
    static EtcdProbe byConnecting() {
        int port = 2379;
        int timeout = (int) Duration.ofSeconds(1).toMillis();
        return cluster -> cluster.lrns().parallelStream()
                .filter(lrn -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(cluster.servers().node0(lrn), port), timeout);
                        return true;
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }
}
