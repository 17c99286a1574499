package io.neco.cli;

import io.neco.host.HostFiles;
import io.neco.store.EtcdStore;
import io.neco.store.LiteReader;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;

/** The cluster that {@code /etc/neco/config.yml} names. */
final class ConfiguredCluster implements Cluster {
    private final HostFiles files;

    /** @param files the host's files */
    ConfiguredCluster(HostFiles files) {
        this.files = files;
    }

    @Override
    public NecoReader read() {
        return LiteReader.open(files);
    }

    @Override
    public NecoStore open() {
        return EtcdStore.open(files);
    }
}
