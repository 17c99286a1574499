package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** etcd's members fail and come back while the updater works. */
class EtcdOutageIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three();

    private static final String OLD = "2022.05.25-1";

    @TempDir
    Path root;

    private final LogLines log = new LogLines();
    private EtcdConfig config;

    @BeforeEach
    void prepare() {
        config = ETCD.config();
        try (EtcdStore store = EtcdStore.open(config)) {
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
            store.putNecoRelease(OLD, LeaderKey.SETUP);
            store.registerBootServer(0);
        }
    }

    @Test
    void leadsOnWhileMembersRestartOneByOne() {
        try (RunningUpdater updater = new RunningUpdater(config, "boot-0", root)) {
            log.awaitLine("action=\"wait-for-workers\"");
            for (int member = 0; member < ETCD.size(); member++) {
                ETCD.stop(member);
                ETCD.restart(member);
                ETCD.awaitHealthy();
            }
            try (EtcdStore store = EtcdStore.open(config)) {
                store.putStatus(0, UpdateStatus.completed(OLD, 5));
            }
            log.awaitLine("action=\"wait-for-info\"");

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("I am the leader")).isEqualTo(1);
    }

    @Test
    void survivesAnOutageOfTheWholeClusterInItsProcess() {
        try (RunningUpdater updater = new RunningUpdater(config, "boot-0", root)) {
            log.awaitLine("action=\"wait-for-workers\"");
            for (int member = 0; member < ETCD.size(); member++) {
                ETCD.kill(member);
            }
            log.awaitLine("lost the leadership");
            log.awaitLine("etcd does not serve us, trying again until it does");
            for (int member = 0; member < ETCD.size(); member++) {
                ETCD.restart(member);
            }
            ETCD.awaitHealthy();
            log.awaitLines(2, "I am the leader");
            try (EtcdStore store = EtcdStore.open(config)) {
                store.putStatus(0, UpdateStatus.completed(OLD, 5));
                log.awaitLine("action=\"wait-for-info\"");
                store.putConfig(ConfigKey.ENV, "test");
                await("the new release")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> store.necoRelease().equals("9999.12.31-99999"));
            }

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("etcd does not serve us, trying")).isEqualTo(1);
        assertThat(log.count("etcd serves us again")).isEqualTo(1);
    }
}
