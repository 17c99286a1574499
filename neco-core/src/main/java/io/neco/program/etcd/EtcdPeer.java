package io.neco.program.etcd;

import java.util.List;

/**
 * A member of the cluster a new member joins.
 *
 * @param name its name; empty for the one that was just added
 * @param peerUrls where its peers reach it
 */
public record EtcdPeer(String name, List<String> peerUrls) {

    /** Copies the list. */
    public EtcdPeer {
        peerUrls = List.copyOf(peerUrls);
    }
}
