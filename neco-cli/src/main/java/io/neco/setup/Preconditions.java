package io.neco.setup;

import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import io.neco.host.Identity;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Everything that must be so before setup touches this host. */
final class Preconditions {
    private final SetupHost host;

    Preconditions(SetupHost host) {
        this.host = host;
    }

    /**
     * What is known of the cluster once everything was checked.
     *
     * @param cluster servers and this server's place
     * @param bastion this server's bastion address
     */
    record Checked(BootCluster cluster, String bastion) {}

    /** Checks identity, addresses and the container engine; nothing is changed. */
    Checked check(SetupRequest request) throws IOException, InterruptedException {
        return check(me -> request.lrns());
    }

    /** The same for a server that comes to those given; it must not be one of them. */
    Checked checkNewcomer(List<Integer> others) throws IOException, InterruptedException {
        return check(me -> {
            if (others.contains(me)) {
                throw new IllegalArgumentException("this server's own logical rack number " + me
                        + " (from /etc/neco/rack) is among those given; give those of the servers that are in the cluster"
                        + " already");
            }
            TreeSet<Integer> all = new TreeSet<>(others);
            all.add(me);
            return List.copyOf(all);
        });
    }

    private Checked check(IntFunction<List<Integer>> servers) throws IOException, InterruptedException {
        Identity identity = new Identity(host.files());
        int me = identity.logicalRackNumber();
        identity.clusterName();
        BootCluster cluster = new BootCluster(me, servers.apply(me), new BootServer(host.site()));
        String bastion = host.network().bastion(host.site());
        if (!host.network().hasAddress(cluster.node0())) {
            throw new IOException("no network interface of this host has " + cluster.node0()
                    + ", the node0 address of logical rack number " + me + " (from " + HostPaths.RACK_FILE
                    + "); correct that file or the network");
        }
        host.images().requireEngine();
        host.dpkg().installedVersion("neco");
        return new Checked(cluster, bastion);
    }
}
