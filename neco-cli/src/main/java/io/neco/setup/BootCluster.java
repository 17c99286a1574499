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

    private static String numbers(List<Integer> numbers) {
        return String.join(", ", numbers.stream().map(String::valueOf).toList());
    }
}
