package io.neco.updater;

import static org.awaitility.Awaitility.await;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An updater over a real etcd, with the workers and Slack played by the test. For the tests that extend it. */
abstract class PlayedWorkers {
    static final String OLD = "2022.05.25-1";
    static final String NEW = "9999.12.31-99999";
    static final int LAST_STEP = 5;

    @TempDir
    Path root;

    private final EtcdCluster etcd;
    final LogLines log = new LogLines();
    final TestHttpServer slack = new TestHttpServer(request -> Reply.of(200, "ok"));
    EtcdConfig config;
    EtcdStore store;
    Etcdctl etcdctl;

    PlayedWorkers(EtcdCluster etcd) {
        this.etcd = etcd;
    }

    @BeforeEach
    void open() {
        config = etcd.config();
        store = EtcdStore.open(config);
        etcdctl = new Etcdctl(config);
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
        store.putNecoRelease(OLD, LeaderKey.SETUP);
        store.registerBootServer(0);
        store.registerBootServer(1);
        store.putConfig(ConfigKey.SLACK, slack.uri() + "/hook");
    }

    @AfterEach
    void close() {
        store.close();
        slack.close();
    }

    RunningUpdater updater() {
        return new RunningUpdater(config, "boot-0", root);
    }

    UpdateRequest awaitRequest(Predicate<UpdateRequest> wanted) {
        return await("the wanted request")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> store.currentRequest().request().filter(wanted), Optional::isPresent)
                .orElseThrow();
    }

    UpdateRequest awaitRequest(String version) {
        return awaitRequest(r -> r.version().equals(version) && !r.stop());
    }

    void complete(String version, int... lrns) {
        for (int lrn : lrns) {
            store.putStatus(lrn, UpdateStatus.completed(version, LAST_STEP));
        }
    }

    List<String> awaitNotifications(int count) {
        await("notifications")
                .atMost(Duration.ofSeconds(30))
                .until(() -> slack.requests().size() >= count);
        return slack.requests().stream().map(Request::body).toList();
    }

    /** Waits for different ones: each comes at least once, and twice when the answer to the first comes too late. */
    List<String> awaitDifferentNotifications(int count) {
        await("different notifications").atMost(Duration.ofSeconds(30)).until(() -> told().size() >= count);
        return told();
    }

    List<String> told() {
        return slack.requests().stream().map(Request::body).distinct().toList();
    }
}
