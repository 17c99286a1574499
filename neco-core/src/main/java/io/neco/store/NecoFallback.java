package io.neco.store;

/** The ordinary client, apart from {@link LiteReader} so that its classes are loaded only when it is needed. */
final class NecoFallback implements AutoCloseable {
    private final EtcdStore store;

    NecoFallback(EtcdConfig config) {
        store = EtcdStore.open(config);
    }

    KeyValues range(KeyRange range) {
        return store.range(range);
    }

    @Override
    public void close() {
        store.close();
    }
}
