package io.neco.cli;

import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import java.io.IOException;

/** How commands reach Neco's data in etcd. */
public interface Cluster {

    /** A light connection for a few reads; takes a fraction of the time of {@link #open()}. */
    NecoReader read() throws IOException;

    /** A full connection. */
    NecoStore open() throws IOException;
}
