package io.neco.dctest.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.dctest.storage.MemoryStorage;
import io.neco.dctest.storage.Storage;
import io.neco.dctest.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarrierTest {
    private static final byte[] VALUE = "hidden".getBytes(StandardCharsets.UTF_8);

    private final Storage storage = new MemoryStorage();
    private final SecureRandom random = new SecureRandom();

    private List<byte[]> initialise(int shares, int threshold) {
        return Barrier.initialise(storage, new SealConfig(shares, threshold), random, fresh -> fresh.put("a", VALUE))
                .orElseThrow();
    }

    @Test
    void opensWithTheRightShareOnly() {
        byte[] key = initialise(1, 1).get(0);
        byte[] wrong = key.clone();
        wrong[0] ^= 1;

        assertThat(key).hasSize(Barrier.KEY_LENGTH);
        assertThat(Barrier.open(storage, List.of(wrong), random)).isEmpty();
        assertThatThrownBy(() -> Barrier.open(storage, List.of(new byte[3]), random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invalid key size 3");
        assertThat(Barrier.open(storage, List.of(key), random).orElseThrow().get("a"))
                .hasValue(VALUE);
    }

    @Test
    void opensWithAThresholdOfShares() {
        List<byte[]> shares = initialise(3, 2);

        assertThatThrownBy(() -> Barrier.open(storage, shares.subList(0, 1), random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invalid key size 33");
        assertThat(Barrier.open(storage, shares.subList(1, 3), random)).isPresent();
    }

    @Test
    void isInitialisedOnce() {
        assertThat(Barrier.config(storage)).isEmpty();
        initialise(3, 2);

        assertThat(Barrier.config(storage)).hasValue(new SealConfig(3, 2));
        assertThat(Barrier.initialise(storage, new SealConfig(1, 1), random, fresh -> {}))
                .isEmpty();
    }

    @Test
    void initialisationThatFailsCanBeRepeated() {
        assertThatThrownBy(() -> Barrier.initialise(storage, new SealConfig(1, 1), random, fresh -> {
                    throw new StorageException("no");
                }))
                .isInstanceOf(StorageException.class);

        assertThat(initialise(1, 1)).hasSize(1);
    }

    @Test
    void storageSeesNoContentAndEachEncryptionDiffers() {
        Barrier barrier = Barrier.open(storage, initialise(1, 1), random).orElseThrow();
        byte[] first = storage.get("a").orElseThrow();

        barrier.put("a", VALUE);

        assertThat(new String(first, StandardCharsets.ISO_8859_1)).doesNotContain("hidden");
        assertThat(storage.get("a").orElseThrow()).isNotEqualTo(first);
    }

    @Test
    void tamperedOrMovedEntryIsNoticed() {
        Barrier barrier = Barrier.open(storage, initialise(1, 1), random).orElseThrow();
        byte[] sealed = storage.get("a").orElseThrow();
        storage.put("moved", sealed);
        byte[] tampered = sealed.clone();
        tampered[tampered.length - 1] ^= 1;
        storage.put("a", tampered);

        assertThatThrownBy(() -> barrier.get("moved")).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> barrier.get("a"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("entry a");
    }

    @Test
    void childrenAreEntriesAndDirectories() {
        Barrier barrier = Barrier.open(storage, initialise(1, 1), random).orElseThrow();
        barrier.put("d/x", VALUE);
        barrier.put("d/y/1", VALUE);
        barrier.put("d/y/2", VALUE);

        assertThat(barrier.children("d/")).containsExactly("x", "y/");
        barrier.deleteAll("d/y/");
        assertThat(barrier.children("d/")).containsExactly("x");
    }
}
