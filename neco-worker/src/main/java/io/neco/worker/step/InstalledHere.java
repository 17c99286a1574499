package io.neco.worker.step;

import io.neco.store.Installed;
import io.neco.store.NecoStore;
import org.jspecify.annotations.Nullable;

/**
 * What etcd has recorded as installed on this server, read once for the steps of an update instead of by each of them, while all servers
 * wait for the slowest. Nobody but this worker writes it meanwhile (docs/etcd-schema.md); after a write it is read anew.
 */
public final class InstalledHere {
    private final int lrn;
    private @Nullable Installed known;

    /** @param lrn this boot server's logical rack number */
    public InstalledHere(int lrn) {
        this.lrn = lrn;
    }

    /**
     * What is recorded.
     *
     * @throws io.neco.store.StoreException when it has to be read and etcd fails
     */
    synchronized Installed read(NecoStore store) {
        Installed installed = known;
        if (installed == null) {
            installed = store.installed(lrn);
            known = installed;
        }
        return installed;
    }

    /**
     * Records the tag of a container image.
     *
     * @throws io.neco.store.StoreException when etcd fails; it may be recorded nevertheless
     */
    synchronized void recordContainerTag(NecoStore store, String name, String tag) {
        known = null;
        store.recordContainerTag(lrn, name, tag);
    }

    /**
     * Records the release of a Debian package.
     *
     * @throws io.neco.store.StoreException when etcd fails; it may be recorded nevertheless
     */
    synchronized void recordDebRelease(NecoStore store, String name, String release) {
        known = null;
        store.recordDebRelease(lrn, name, release);
    }
}
