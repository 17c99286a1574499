package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.EtcdPki;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, users by certificate, and what an operator reads when either is wrong. */
class EtcdSecurityIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    @RegisterExtension
    static final EtcdCluster EXPIRED = EtcdCluster.single().withExpiredServerCertificate();

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    private static void assertRefused(EtcdConfig config, String... message) {
        assertThatThrownBy(() -> {
                    try (EtcdStore store = EtcdStore.open(config)) {
                        store.snapshot();
                    }
                })
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(config.endpoints().get(0))
                .hasMessageContainingAll(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void theCertificatesNameIsTheUser() throws InterruptedException {
        try (EtcdStore store = EtcdStore.open(ETCD.config())) {
            store.putConfig(ConfigKey.ENV, "prod");
            assertThat(store.environment()).isEqualTo("prod");
            try (Leadership leadership =
                    store.campaign(ElectionName.WORKER, "0", Duration.ofSeconds(10), Duration.ofSeconds(5))) {
                store.putNecoRelease("1", leadership.key());
            }
            assertThat(store.members()).hasSize(1);
        }
    }

    @Test
    void aUserWithoutTheRightIsToldWhoItIs() {
        assertRefused(ETCD.config("vault", ETCD.endpoints()), "permission denied", "CN of tls-cert-file");
        try (EtcdStore store = EtcdStore.open(ETCD.config("vault", ETCD.endpoints()))) {
            assertThatThrownBy(() -> store.putConfig(ConfigKey.ENV, "prod"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("write config/env")
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void aUserEtcdDoesNotKnowIsTold() {
        assertRefused(ETCD.config("nobody", ETCD.endpoints()), "permission denied");
    }

    @Test
    void aWrongCaIsNamed() throws IOException {
        for (Path ca : List.of(ETCD.pki().strangersCaFile(), ETCD.pki().namesakeCaFile())) {
            assertRefused(
                    EtcdPki.using(ETCD.config(), ca, ETCD.pki().client("neco")),
                    "not signed by a trusted CA",
                    "tls-ca-file");
        }
    }

    @Test
    void theSystemsTrustStoreIsUsedWhenNoCaIsGiven() {
        EtcdConfig config = ETCD.config();
        assertRefused(
                new EtcdConfig(
                        config.endpoints(),
                        config.prefix(),
                        config.timeout(),
                        "",
                        "",
                        Optional.empty(),
                        config.tlsCert(),
                        config.tlsKey()),
                "not signed by a trusted CA");
    }

    @Test
    void anExpiredClientCertificateIsNamed() {
        Path expired = ETCD.pki().expiredClient("neco");

        assertThatThrownBy(() ->
                        EtcdStore.open(EtcdPki.using(ETCD.config(), ETCD.pki().serverCaFile(), expired)))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining(expired.toString())
                .hasMessageContaining("expired at")
                .hasMessageContaining("run `neco cert renew` as root");
    }

    @Test
    void aClientCertificateOfAnotherCaIsNamed() {
        assertRefused(
                EtcdPki.using(
                        ETCD.config(), ETCD.pki().serverCaFile(), ETCD.pki().strangersClient("neco")),
                "not accept the client certificate");
    }

    @Test
    void aMissingClientCertificateIsNamed() {
        EtcdConfig config = ETCD.config();
        assertRefused(
                new EtcdConfig(
                        config.endpoints(),
                        config.prefix(),
                        config.timeout(),
                        "",
                        "",
                        config.tlsCa(),
                        Optional.empty(),
                        Optional.empty()),
                "not accept the client certificate");
    }

    @Test
    void anExpiredServerCertificateIsNamed() {
        await().atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .untilAsserted(() -> assertRefused(
                        EXPIRED.config(), "server certificate has expired; run `neco cert renew` as root"));
    }

    @Test
    void plainTextAgainstTlsIsNamed() {
        EtcdConfig config = ETCD.config();
        List<String> plain = List.of(config.endpoints().get(0).replace("https:", "http:"));
        assertRefused(ETCD.config("neco", plain), "TLS");
    }

    @Test
    void anUnreachableEndpointIsNamedAtOnce() throws IOException {
        int port = Ports.free();
        assertRefused(ETCD.config("neco", List.of("https://127.0.0.1:" + port)), "Connection refused");
    }

    @Test
    void aMissingKeyFileIsNamed() {
        EtcdConfig config = ETCD.config();
        assertThatThrownBy(() -> EtcdStore.open(
                        EtcdPki.using(config, ETCD.pki().serverCaFile(), Path.of("/nonexistent/etcd.crt"))))
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("/nonexistent/etcd.crt");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWatchWithoutTheRightGoesOnOnceTheRightIsThere(boolean isMemberKilledMeanwhile) {
        String user = "late-" + isMemberKilledMeanwhile;
        EtcdConfig late = ETCD.config(user, ETCD.endpoints());
        Queue<StoreEvent> events = new ConcurrentLinkedQueue<>();
        try (EtcdStore root = EtcdStore.open(ETCD.config("root", ETCD.endpoints(), late.prefix()))) {
            root.ensureUser(user, Optional.of("/elsewhere/"));
            long revision = root.snapshot().revision();
            try (EtcdStore store = EtcdStore.open(late);
                    StoreWatch watch = store.watch(Set.of(WatchTopic.CONFIG), revision + 1, events::add)) {
                root.putConfig(ConfigKey.ENV, "test");
                if (isMemberKilledMeanwhile) {
                    ETCD.restartAll();
                    ETCD.awaitHealthy();
                }
                assertThat(events).isEmpty();

                root.grant(user, late.prefix());

                await().atMost(Duration.ofSeconds(10)).until(() -> events.size() == 1);
            }
        }
    }
}
