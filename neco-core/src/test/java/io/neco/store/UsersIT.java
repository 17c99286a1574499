package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.neco.store.testing.EtcdCluster;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users with a role of their own, made once or made complete, where authentication is on; and weights written by several at once. */
class UsersIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single().withTls();

    @BeforeAll
    static void turnAuthenticationOn() {
        ETCD.enableAuth();
    }

    @Test
    void aNewUserMayUseTheKeysOfItsOwnOnly() {
        try (EtcdStore store = EtcdStore.open(ETCD.config())) {
            assertThat(store.ensureUser("cke", Optional.of("/cke/")))
                    .extracting(UserPart::what, UserPart::isNew)
                    .containsExactly(
                            tuple("user cke of etcd", true),
                            tuple("role cke of etcd", true),
                            tuple("permission of role cke to read and write keys that begin with /cke/", true),
                            tuple("role cke of user cke", true));
        }

        try (EtcdStore own = EtcdStore.open(ETCD.config("cke", ETCD.endpoints(), "/cke/"))) {
            own.putConfig(ConfigKey.ENV, "test");
            assertThat(own.environment()).isEqualTo("test");
        }
        try (EtcdStore others = EtcdStore.open(ETCD.config("cke", ETCD.endpoints(), "/cke/"))) {
            assertThat(others.environment()).isEqualTo("test");
        }
        try (EtcdStore elsewhere = EtcdStore.open(ETCD.config("cke", ETCD.endpoints(), "/sabakan/"))) {
            assertThatThrownBy(elsewhere::environment)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void aCompleteUserIsLeftAlone() {
        try (EtcdStore store = EtcdStore.open(ETCD.config())) {
            store.ensureUser("etcdpasswd", Optional.of("/passwd/"));

            assertThat(store.ensureUser("etcdpasswd", Optional.of("/passwd/"))).noneMatch(UserPart::isNew);
        }
    }

    @Test
    void halfAUserIsMadeWhole() {
        try (EtcdStore store = EtcdStore.open(ETCD.config())) {
            store.ensureUser("sabakan", Optional.of("/elsewhere/"));

            assertThat(store.ensureUser("sabakan", Optional.of("/sabakan/")))
                    .extracting(UserPart::isNew)
                    .containsExactly(false, false, true, false);
        }
        try (EtcdStore own = EtcdStore.open(ETCD.config("sabakan", ETCD.endpoints(), "/sabakan/"))) {
            assertThat(own.environment()).isEqualTo("none");
        }
    }

    @Test
    void weightsOfSeveralWritersAreAllKept() throws Exception {
        EtcdConfig config = ETCD.config();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try (EtcdStore store = EtcdStore.open(config)) {
            List<Future<?>> all = List.of("a", "b", "c", "d").stream()
                    .<Future<?>>map(role -> writers.submit(() -> store.putCkeWeight(role, 1.5)))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }

            assertThat(store.ckeWeights())
                    .hasValueSatisfying(w ->
                            assertThat(CkeWeights.toJson(w)).isEqualTo("{\"a\":1.5,\"b\":1.5,\"c\":1.5,\"d\":1.5}"));
            assertThatThrownBy(() -> store.putCkeWeight("a", Double.NaN)).isInstanceOf(IllegalArgumentException.class);
            assertThat(new TreeMap<>(store.ckeWeights().orElseThrow())).containsEntry("a", 1.5);
        } finally {
            writers.shutdownNow();
        }
    }
}
