package io.neco.worker;

import io.neco.store.StoreEvent;
import java.util.List;
import java.util.function.Consumer;

/** A watch as {@code io.neco.store} promises it: in order, at least once, and told when something is lost for good. */
final class WatchModel {
    private final EtcdModel etcd;
    private final SimulatedProcess client;
    private final int life;
    private final Consumer<StoreEvent> consumer;
    private int next;
    private boolean isAwake;
    private boolean isClosed;

    WatchModel(EtcdModel etcd, SimulatedProcess client, int next, Consumer<StoreEvent> consumer) {
        this.etcd = etcd;
        this.client = client;
        this.life = client.life();
        this.next = next;
        this.consumer = consumer;
    }

    void close() {
        isClosed = true;
        etcd.forget(this);
    }

    /** Something is to be delivered, soon. */
    void wake() {
        if (!isAwake && !isClosed && next < etcd.log().size()) {
            isAwake = true;
            client.laterIn(life, etcd.sim().faults.watchDelay(), this::deliver);
        }
    }

    private void deliver() {
        isAwake = false;
        if (isClosed) {
            return;
        }
        if (!etcd.isReachableFrom(client.host) || !etcd.isServing()) {
            isAwake = true;
            client.laterIn(life, 2000, this::deliver);
            return;
        }
        List<StoreEvent> log = etcd.log();
        if (next < etcd.compacted()) {
            next = log.size();
            consumer.accept(new StoreEvent.Missed(etcd.revision()));
            return;
        }
        boolean mayRepeat = !(client instanceof ReferenceWorker); // its client never does
        if (mayRepeat && next > etcd.compacted() && etcd.sim().faults.repeatsEvents()) {
            next--;
        }
        int end = etcd.sim().dice.oneIn(4) ? Math.min(log.size(), next + 1) : log.size();
        while (next < end && !isClosed) {
            consumer.accept(log.get(next++));
        }
        wake();
    }
}
