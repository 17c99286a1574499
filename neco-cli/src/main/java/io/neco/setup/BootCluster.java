package io.neco.setup;

import io.neco.host.BootServer;
import java.util.List;

/**
 * The servers of the cluster and this server's place among them.
 *
 * @param me logical rack number of this server
 * @param lrns all, ascending
 * @param servers their addresses
 */
record BootCluster(int me, List<Integer> lrns, BootServer servers) {

    BootCluster {
        lrns = List.copyOf(lrns);
        if (!lrns.contains(me)) {
            throw new IllegalArgumentException("this server's logical rack number " + me
                    + " (from /etc/neco/rack) is not among those given: " + numbers(lrns));
        }
    }

    /** The server that makes the certificate authorities and the request: the one with the lowest number. */
    int leader() {
        return lrns.get(0);
    }

    boolean isLeader() {
        return me == leader();
    }

    /** node0 address of this server. */
    String node0() {
        return servers.node0(me);
    }

    /** etcd's endpoints of all servers. */
    List<String> etcdEndpoints() {
        return servers.etcdEndpoints(lrns);
    }

    /** Those who are not in {@code present}, in words: {@code boot server 1} or {@code boot servers 1, 2}. */
    String missing(Iterable<Integer> present) {
        List<Integer> rest = new java.util.ArrayList<>(lrns);
        present.forEach(lrn -> rest.remove(lrn));
        return (rest.size() == 1 ? "boot server " : "boot servers ") + numbers(rest);
    }

    /**
     * Says which other servers' etcd cannot be reached; empty: each can. A server that does not answer at all takes a second.
     *
     * @param etcd finds it out
     */
    String withoutEtcd(EtcdProbe etcd) {
        List<Integer> silent = lrns.stream()
                .filter(lrn -> lrn != me && !etcd.answers(servers.node0(lrn)))
                .toList();
        return silent.isEmpty()
                ? ""
                : "no etcd can be reached on " + RackNumbers.named(silent) + ": see the output of neco setup there";
    }

    private static String numbers(List<Integer> numbers) {
        return String.join(", ", numbers.stream().map(String::valueOf).toList());
    }
}
