package io.neco.worker;

import io.neco.store.NecoStore;

/** How a worker gets at etcd, again and again. */
interface StoreLink {

    /**
     * Connects.
     *
     * @throws io.neco.store.EtcdConfigException when the configuration cannot be used
     * @throws io.neco.store.StoreException when no member answers
     */
    NecoStore open();

    /** Whether the configuration is another one than at the last {@link #open}. */
    boolean hasMoved();
}
