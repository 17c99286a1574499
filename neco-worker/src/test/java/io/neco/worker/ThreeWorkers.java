package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.store.ElectionName;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.Retry;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three workers in one process over a real etcd of three members; their steps do nothing but what a test wants. For the tests that extend
 * it.
 */
abstract class ThreeWorkers {
    static final String VERSION = "1.0.0";
    static final int LAST_STEP = 3;

    final List<Host> hosts = new ArrayList<>();

    @TempDir
    Path dir;

    private final EtcdCluster etcd;
    private @Nullable EtcdConfig config;
    private @Nullable NecoStore store;
    private @Nullable Leadership updater;

    ThreeWorkers(EtcdCluster etcd) {
        this.etcd = etcd;
    }

    @BeforeEach
    void connect() throws InterruptedException {
        config = etcd.config();
        store = EtcdStore.open(config);
        updater = store.campaign(ElectionName.UPDATER, "test", Duration.ofSeconds(60), Duration.ofSeconds(10));
        for (int lrn = 0; lrn < 3; lrn++) {
            hosts.add(new Host(lrn, VERSION, dir, config));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Host host : hosts) {
            host.stop();
        }
        if (updater != null) {
            updater.close();
        }
        store().close();
    }

    void startAll() {
        hosts.forEach(Host::start);
        Awaitility.await("workers to start").until(() -> hosts.stream().allMatch(h -> h.duties.isStarted));
    }

    UpdateRequest request(String version) {
        UpdateRequest request = new UpdateRequest(version, List.of(0, 1, 2), false, OffsetDateTime.now(ZoneOffset.UTC));
        store().putRequest(request, leader().key());
        return request;
    }

    /** What a retry asks for after the present request. */
    UpdateRequest again() {
        Snapshot view = store().snapshot();
        Retry retry =
                Retry.of(view.request(), view.statuses(), List.of(0, 1, 2), false, OffsetDateTime.now(ZoneOffset.UTC));
        return ((Retry.Again) retry).request();
    }

    void awaitCondition(UpdateCondition condition) {
        Awaitility.await("all reports to be " + condition)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(io.neco.store.StoreException.class)
                .until(() -> {
                    Map<Integer, UpdateStatus> statuses = store().statuses();
                    return statuses.size() == 3 && statuses.values().stream().allMatch(s -> s.condition() == condition);
                });
    }

    boolean isAt(int lrn, int step) {
        UpdateStatus status = store().statuses().get(lrn);
        return status != null && status.step() == step;
    }

    UpdateStatus status(int lrn) {
        return Objects.requireNonNull(store().statuses().get(lrn));
    }

    EtcdConfig config() {
        return Objects.requireNonNull(config);
    }

    NecoStore store() {
        return Objects.requireNonNull(store);
    }

    Leadership leader() {
        return Objects.requireNonNull(updater);
    }

    /** A boot server: its files, and a worker that can be killed. */
    static final class Host {
        final int lrn;
        final String version;
        final HostFiles files;
        final EtcdConfig config;
        final AtomicInteger opens = new AtomicInteger();
        volatile boolean moves;
        Runnable beforeFirstView = () -> {};
        FakeDuties duties = new FakeDuties();

        @Nullable
        Thread thread;

        final AtomicReference<Worker.@Nullable End> end = new AtomicReference<>();

        Host(int lrn, String version, Path dir, EtcdConfig config) {
            this.lrn = lrn;
            this.version = version;
            this.files = new HostFiles(new HostRoot(dir.resolve("host-" + lrn)));
            this.config = config;
        }

        Path journal() {
            return files.path(Journal.FILE);
        }

        boolean hasJournal() {
            return Files.exists(journal());
        }

        void start() {
            StoreLink link = new StoreLink() {
                @Override
                public NecoStore open() {
                    opens.incrementAndGet();
                    return disturbed(EtcdStore.open(config));
                }

                @Override
                public boolean hasMoved() {
                    return moves;
                }
            };
            Worker worker = new Worker(new Self(lrn, version, LAST_STEP), link, new Journal(files), duties);
            thread = new Thread(() -> end.set(worker.run()), "worker-" + lrn);
            thread.start();
        }

        private NecoStore disturbed(NecoStore real) {
            return (NecoStore) Proxy.newProxyInstance(
                    NecoStore.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("snapshot")) {
                            beforeFirstView.run();
                            beforeFirstView = () -> {};
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        void awaitEnd() {
            Awaitility.await("worker " + lrn + " to end").until(() -> end.get() != null);
        }

        Worker.@Nullable End stop() throws InterruptedException {
            if (thread != null) {
                thread.interrupt();
                thread.join(Duration.ofSeconds(20).toMillis());
                assertThat(thread.isAlive()).isFalse();
                thread = null;
            }
            return end.get();
        }

        /** As stop, but what was being done is not known to the next process. */
        void crash() throws InterruptedException {
            stop();
            FakeDuties next = new FakeDuties();
            duties = next;
        }
    }
}
