package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserChangePasswordRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.neco.store.testing.EtcdCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users by name and password, where a configuration has them. */
class PasswordIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @RegisterExtension
    static final EtcdCluster THREE = EtcdCluster.three();

    private static EtcdConfig as(EtcdConfig config, String user, String password) {
        return new EtcdConfig(
                config.endpoints(),
                config.prefix(),
                config.timeout(),
                user,
                password,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void logsInAndAgainWhenTheTokenIsGone() {
        EtcdConfig config = ETCD.config();
        try (EtcdStore early = EtcdStore.open(as(config, "ops", "secret"))) {
            early.putConfig(ConfigKey.ENV, "test");
            early.ensureUser("root", Optional.empty());
            addUser(early);
            early.enableAuth();

            assertThat(early.environment()).as("logged in late").isEqualTo("test");
        }
        List<StoreEvent> events = new CopyOnWriteArrayList<>();
        try (EtcdStore store = EtcdStore.open(as(config, "ops", "secret"))) {
            assertThat(store.environment()).isEqualTo("test");
            try (NecoReader reader = LiteReader.open(as(config, "ops", "secret"))) {
                assertThat(reader.environment()).isEqualTo("test");
            }
            try (StoreWatch watch =
                    store.watch(Set.of(WatchTopic.CONFIG), store.snapshot().revision() + 1, events::add)) {
                // a change of the password makes etcd forget the user's tokens
                changePassword(store);
                store.putConfig(ConfigKey.ENV, "prod");
                assertThat(store.environment()).isEqualTo("prod");
                await().atMost(Duration.ofSeconds(10)).until(() -> !events.isEmpty());
            }
        }
        assertThatThrownBy(() -> EtcdStore.open(as(config, "ops", "wrong")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("log in to etcd as ops")
                .hasMessageNotContaining("wrong");
        try (EtcdStore anonymous = EtcdStore.open(as(config, "", ""))) {
            assertThatThrownBy(anonymous::snapshot)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no client certificate was shown");
        }
    }

    /** A member forgets tokens when it restarts, and when they were not used with it for some minutes. */
    @Test
    void logsInAtAnotherMemberWhenTheOnlyOneThatKnowsTheTokenIsDown() {
        EtcdConfig config = as(THREE.config(), "ops", "secret");
        try (EtcdStore early = EtcdStore.open(config)) {
            early.ensureUser("root", Optional.empty());
            addUser(early);
            early.enableAuth();
        }
        try (EtcdStore store = EtcdStore.open(config)) {
            store.putConfig(ConfigKey.ENV, "test");
            int used = THREE.endpoints()
                    .indexOf(store.connection().preferredMember().url());
            for (int member = 0; member < THREE.size(); member++) {
                if (member != used) {
                    THREE.stop(member);
                    THREE.restart(member);
                    THREE.awaitHealthy();
                }
            }
            THREE.kill(used);

            assertThat(store.environment()).isEqualTo("test");
            store.putConfig(ConfigKey.ENV, "prod");
            assertThat(store.environment()).isEqualTo("prod");
        } finally {
            THREE.heal();
        }
    }

    private static void addUser(EtcdStore store) {
        store.connection()
                .write(
                        "add user",
                        AuthGrpc.getUserAddMethod(),
                        AuthUserAddRequest.newBuilder()
                                .setName("ops")
                                .setPassword("secret")
                                .build());
        store.connection()
                .write(
                        "grant",
                        AuthGrpc.getUserGrantRoleMethod(),
                        AuthUserGrantRoleRequest.newBuilder()
                                .setUser("ops")
                                .setRole("root")
                                .build());
    }

    private static void changePassword(EtcdStore store) {
        store.connection()
                .write(
                        "change password",
                        AuthGrpc.getUserChangePasswordMethod(),
                        AuthUserChangePasswordRequest.newBuilder()
                                .setName("ops")
                                .setPassword("secret")
                                .build());
    }
}
