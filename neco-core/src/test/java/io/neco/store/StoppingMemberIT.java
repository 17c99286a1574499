package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.Relay;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A member that is told to stop asks its clients to leave; those that do not leave keep it waiting for a second. */
class StoppingMemberIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    private Relay relay;

    @BeforeEach
    void listen() throws IOException {
        relay = new Relay(ETCD.endpoint(0));
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        ETCD.heal();
    }

    private EtcdStore open() {
        return EtcdStore.open(ETCD.config("root", List.of(relay.endpoint())));
    }

    private Relay.Side firstToLeave() throws InterruptedException {
        return relay.ends().poll(10, TimeUnit.SECONDS);
    }

    @Test
    void isLeftAtOnceByAClientThatAsksNothing() throws InterruptedException {
        try (EtcdStore store = open()) {
            store.putConfig(ConfigKey.ENV, "test");

            ETCD.stop(0);

            assertThat(firstToLeave()).isEqualTo(Relay.Side.CLIENT);
        }
    }

    @Test
    void isLeftAtOnceByAClientWhoseWatchItHasEnded() throws InterruptedException {
        try (EtcdStore store = open();
                StoreWatch watch =
                        store.watch(Set.of(WatchTopic.CONFIG), store.snapshot().revision(), e -> {})) {
            store.putConfig(ConfigKey.ENV, "prod");

            ETCD.stop(0);

            assertThat(firstToLeave()).isEqualTo(Relay.Side.CLIENT);
        }
    }

    @Test
    void isConnectedToAgainWhenItIsBack() {
        try (EtcdStore store = open()) {
            store.putConfig(ConfigKey.ENV, "test");
            ETCD.stop(0);
            ETCD.heal();

            store.putConfig(ConfigKey.ENV, "staging");

            assertThat(store.config(ConfigKey.ENV)).contains("staging");
        }
    }
}
