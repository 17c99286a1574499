package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.EtcdPki;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The quick reader gives the same answers as the store, and the same errors. */
class LiteReaderIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three().withTls();

    @RegisterExtension
    static final EtcdCluster PLAIN = EtcdCluster.single();

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    @AfterEach
    void heal() {
        ETCD.heal();
    }

    private static void fill(EtcdStore store) {
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
        store.putRequest(
                new UpdateRequest(
                        "2022.05.25-1", List.of(0, 1, 2), false, OffsetDateTime.parse("2022-05-25T01:02:03.4Z")),
                LeaderKey.SETUP);
        List.of(0, 1, 2, 10).forEach(store::registerBootServer);
        store.putStatus(1, UpdateStatus.aborted("2022.05.25-1", 5, "x".repeat(100_000)));
        store.putNecoRelease("2022.05.26-2", LeaderKey.SETUP);
        store.putConfig(ConfigKey.ENV, "prod");
    }

    private static void assertSameAnswers(EtcdStore store, EtcdConfig config) {
        try (NecoReader reader = LiteReader.open(config)) {
            assertThat(reader.snapshot()).isEqualTo(store.snapshot());
            assertThat(reader.currentRequest()).isEqualTo(store.currentRequest());
            assertThat(reader.environment()).isEqualTo("prod");
            assertThat(reader.secret(SecretKey.VAULT_UNSEAL_KEY)).contains("c2VjcmV0");
            assertThat(reader.secret(SecretKey.IPMI_USER)).isEmpty();
            assertThat(reader.workerTimeout()).isEqualTo(store.workerTimeout());
            assertThat(((LiteReader) reader).usesFallback()).isFalse();
        }
    }

    @Test
    void readsTheSameAsTheStoreOverTls() {
        EtcdConfig config = ETCD.config();
        try (EtcdStore store = EtcdStore.open(config)) {
            fill(store);
            assertSameAnswers(store, config);
        }
    }

    @Test
    void readsTheSameAsTheStoreInPlainText() {
        EtcdConfig config = PLAIN.config();
        try (EtcdStore store = EtcdStore.open(config)) {
            fill(store);
            assertSameAnswers(store, config);
        }
    }

    @Test
    void aNameSpaceMayHaveAnyLetters() {
        EtcdConfig config = PLAIN.config("neco", PLAIN.endpoints(), "/n\u00e9co/");
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        try (EtcdStore store = EtcdStore.open(config)) {
            fill(store);
            assertThat(store.snapshot().servers()).containsExactly(0, 1, 10, 2);
            assertSameAnswers(store, config);
            try (StoreWatch watch =
                    store.watch(Set.of(WatchTopic.CONFIG), store.snapshot().revision() + 1, events::add)) {
                store.putConfig(ConfigKey.ENV, "test");
                await().atMost(Duration.ofSeconds(10)).until(() -> !events.isEmpty());
            }
        }
        assertThat(events)
                .extracting(event -> ((StoreEvent.ConfigChanged) event).key())
                .containsExactly("config/env");
    }

    @Test
    void readsFromTheNextEndpointWhenOneIsDownOrMute() {
        EtcdConfig config = ETCD.config();
        try (EtcdStore store = EtcdStore.open(config)) {
            fill(store);
            ETCD.kill(0);
            assertSameAnswers(store, config);
            ETCD.heal();
            ETCD.pause(0);
            assertSameAnswers(store, config);
        }
    }

    @Test
    void goesOnWithTheStoreWhenItsConnectionBreaks() {
        EtcdConfig config = ETCD.config();
        try (EtcdStore store = EtcdStore.open(config);
                NecoReader reader = LiteReader.open(config)) {
            fill(store);
            assertThat(reader.environment()).isEqualTo("prod");
            ETCD.kill(0);

            assertThat(reader.environment()).isEqualTo("prod");
            assertThat(((LiteReader) reader).usesFallback()).isTrue();
        }
    }

    @Test
    void answersLargerThanAFrameAndAWindowArriveWhole() {
        EtcdConfig config = ETCD.config();
        try (EtcdStore store = EtcdStore.open(config);
                NecoReader reader = LiteReader.open(config)) {
            for (int lrn = 0; lrn < 5; lrn++) {
                store.putStatus(lrn, UpdateStatus.aborted("1", 1, "y".repeat(900_000)));
            }
            assertThat(reader.statuses()).isEqualTo(store.statuses());
            assertThat(((LiteReader) reader).usesFallback()).isFalse();
        }
    }

    @Test
    void errorsAreThoseOfTheStore() throws Exception {
        EtcdConfig good = ETCD.config();
        List<EtcdConfig> bad = new ArrayList<>(List.of(
                ETCD.config("vault", ETCD.endpoints()),
                ETCD.config("nobody", ETCD.endpoints()),
                EtcdPki.using(good, ETCD.pki().strangersCaFile(), ETCD.pki().client("neco")),
                EtcdPki.using(good, ETCD.pki().serverCaFile(), ETCD.pki().expiredClient("neco"))));
        bad.add(new EtcdConfig(
                List.of("https://127.0.0.1:1"),
                "/neco/",
                good.timeout(),
                "",
                "",
                good.tlsCa(),
                good.tlsCert(),
                good.tlsKey()));
        for (EtcdConfig config : bad) {
            Throwable expected = org.assertj.core.api.Assertions.catchThrowable(() -> {
                try (EtcdStore store = EtcdStore.open(config)) {
                    store.snapshot();
                }
            });
            assertThatThrownBy(() -> {
                        try (NecoReader reader = LiteReader.open(config)) {
                            reader.snapshot();
                        }
                    })
                    .isInstanceOf(expected.getClass())
                    .message()
                    .satisfies(message -> assertThat(message.replaceAll("127.0.0.1:\\d+", ""))
                            .isEqualTo(String.valueOf(expected.getMessage()).replaceAll("127.0.0.1:\\d+", "")));
        }
    }
}
