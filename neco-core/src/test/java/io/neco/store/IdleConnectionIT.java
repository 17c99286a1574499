package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.Relay;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A connection that nobody uses. An etcd throws out, after some 40 seconds, a client that asks it for signs of life without a call or a
 * watch ("too_many_pings"); so the test looks for the first such question, which gRPC asks after 10 seconds.
 */
class IdleConnectionIT {
    private static final Duration LONGER_THAN_KEEP_ALIVE = Duration.ofSeconds(12);

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private Relay relay;

    @BeforeEach
    void listen() throws IOException {
        relay = new Relay(ETCD.endpoint(0));
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
    }

    @Test
    void nothingIsSentOverAConnectionThatIsNotUsed() {
        EtcdConfig real = ETCD.config();
        EtcdConfig relayed = new EtcdConfig(
                List.of(relay.endpoint()),
                real.prefix(),
                real.timeout(),
                real.username(),
                real.password(),
                real.tlsCa(),
                real.tlsCert(),
                real.tlsKey());
        try (EtcdStore store = EtcdStore.open(relayed)) {
            store.putConfig(ConfigKey.ENV, "test");
            AtomicLong before = new AtomicLong(-1);
            // the acknowledgements of the last answer
            await().pollInterval(Duration.ofMillis(300)).until(() -> before.getAndSet(relay.sent()) == relay.sent());

            await().during(LONGER_THAN_KEEP_ALIVE)
                    .atMost(LONGER_THAN_KEEP_ALIVE.multipliedBy(2))
                    .failFast("something is sent although nobody asks", () -> relay.sent() != before.get())
                    .until(() -> relay.sent() == before.get());

            assertThat(store.config(ConfigKey.ENV)).contains("test");
            assertThat(relay.connections()).isEqualTo(1);
        }
    }
}
