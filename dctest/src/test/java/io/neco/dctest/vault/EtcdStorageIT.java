package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.dctest.etcd.EtcdStorage;
import io.neco.dctest.storage.LeaderLock;
import io.neco.dctest.storage.Storage;
import io.neco.dctest.storage.StorageException;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Storage and leader lock on a real etcd. */
class EtcdStorageIT {
    private static @Nullable EtcdProcesses etcd;
    private static int paths;

    private final List<EtcdStorage> opened = new ArrayList<>();
    private final String path = "/test/" + paths++;

    @BeforeAll
    static void start() throws IOException {
        etcd = new EtcdProcesses(1, Optional.empty());
    }

    @AfterAll
    static void stop() throws IOException {
        Objects.requireNonNull(etcd).close();
    }

    @AfterEach
    void close() {
        opened.forEach(EtcdStorage::close);
    }

    private Storage open() {
        List<URI> endpoints = Objects.requireNonNull(etcd).endpoints().stream()
                .map(URI::create)
                .toList();
        EtcdStorage storage = new EtcdStorage(endpoints, Optional.empty(), path, true);
        opened.add(storage);
        return storage;
    }

    private static LeaderLock lock(Storage storage) {
        return storage.leaderLock().orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void keepsListsAndDeletesEntries() {
        Storage storage = open();

        storage.put("a/b", bytes("1"));
        storage.put("a/c/d", bytes("2"));
        storage.put("ab", bytes("3"));

        assertThat(storage.get("a/b")).hasValue(bytes("1"));
        assertThat(storage.get("a")).isEmpty();
        assertThat(storage.keys("a/")).containsExactly("a/b", "a/c/d");
        assertThat(storage.keys("")).containsExactly("a/b", "a/c/d", "ab");
        storage.delete("a/b");
        assertThat(storage.get("a/b")).isEmpty();
    }

    @Test
    void createsAnEntryOnlyOnce() {
        Storage storage = open();

        assertThat(storage.putIfAbsent("a", bytes("1"))).isTrue();
        assertThat(storage.putIfAbsent("a", bytes("2"))).isFalse();
        assertThat(storage.get("a")).hasValue(bytes("1"));
    }

    @Test
    void largeEntriesPassTheFlowControl() {
        Storage storage = open();
        byte[] large = new byte[900_000];
        new Random(7).nextBytes(large);

        for (int i = 0; i < 5; i++) {
            storage.put("large", large);
            assertThat(storage.get("large")).hasValue(large);
        }
    }

    @Test
    void manyThreadsShareTheConnection() {
        Storage storage = open();
        List<CompletableFuture<Void>> all = new ArrayList<>();

        for (int i = 0; i < 200; i++) {
            String key = "many/" + i;
            all.add(CompletableFuture.runAsync(() -> {
                storage.put(key, bytes(key));
                assertThat(storage.get(key)).hasValue(bytes(key));
            }));
        }

        all.forEach(CompletableFuture::join);
        assertThat(storage.keys("many/")).hasSize(200);
    }

    @Test
    void oneServerHoldsTheLock() {
        LeaderLock first = lock(open());
        LeaderLock second = lock(open());

        assertThat(first.tryAcquire(bytes("first"))).isTrue();
        assertThat(second.tryAcquire(bytes("second"))).isFalse();
        assertThat(second.holder()).hasValue(bytes("first"));
        assertThat(first.keepAlive()).isTrue();
        assertThat(second.keepAlive()).isFalse();
        first.release();
        assertThat(second.tryAcquire(bytes("second"))).isTrue();
        assertThat(first.holder()).hasValue(bytes("second"));
    }

    @Test
    void waiterWakesAsSoonAsTheLockIsFree() throws Exception {
        LeaderLock first = lock(open());
        LeaderLock second = lock(open());
        first.tryAcquire(bytes("first"));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                second.awaitRelease(Duration.ofSeconds(60));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(waiting).isNotDone();
        first.release();

        waiting.get(20, TimeUnit.SECONDS);
        assertThat(second.tryAcquire(bytes("second"))).isTrue();
    }

    @Test
    void writesOfADeposedHolderDoNotGetThrough() throws Exception {
        Storage deposed = open();
        Storage successor = open();
        lock(deposed).tryAcquire(bytes("deposed"));
        deposed.put("a", bytes("1"));
        Objects.requireNonNull(etcd).etcdctl("root", "del", path + "/core/lock");
        lock(successor).tryAcquire(bytes("successor"));

        assertThatThrownBy(() -> deposed.put("a", bytes("2")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("lost the leader lock");
        assertThatThrownBy(() -> deposed.delete("a")).isInstanceOf(StorageException.class);

        assertThat(successor.get("a")).hasValue(bytes("1"));
    }

    @Test
    void errorNamesEntryAndEndpoints() throws IOException {
        URI nobody = URI.create("http://127.0.0.1:" + Ports.free());
        try (EtcdStorage storage = new EtcdStorage(List.of(nobody), Optional.empty(), path, true)) {
            assertThatThrownBy(() -> storage.get("a"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(nobody.toString())
                    .hasMessageContaining("KV/Range");
        }
    }
}
