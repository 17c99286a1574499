package io.neco.dctest.vault.seal;

import io.neco.dctest.storage.Storage;
import io.neco.dctest.storage.StorageException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An open barrier: entries go to the storage encrypted and come back in clear. The barrier's key is stored encrypted
 * with the root key; the root key is what the shares of the unseal key give.
 */
public final class Barrier {
    /** Bytes of the root key; a share is one longer when there are several. */
    public static final int KEY_LENGTH = 32;

    /** The least number of bytes that Vault takes for a key or a share. */
    public static final int SHORTEST_SHARE = 16;

    /** A share is a key and its point. */
    public static final int LONGEST_SHARE = KEY_LENGTH + 1;

    private static final Set<Integer> AES_KEYS = Set.of(16, 24, 32);

    private static final String SEAL = "core/seal-config";
    private static final String KEYRING = "core/keyring";

    private final Storage storage;
    private final AesGcm cipher;

    private Barrier(Storage storage, byte[] key, SecureRandom random) {
        this.storage = storage;
        this.cipher = new AesGcm(key, random);
    }

    /** How the unseal key is divided; empty before the initialisation. */
    public static Optional<SealConfig> config(Storage storage) {
        return storage.get(SEAL).map(bytes -> parse(bytes).config());
    }

    private static SealConfig.Stored parse(byte[] bytes) {
        try {
            return SealConfig.Stored.parse(bytes);
        } catch (IOException | IllegalArgumentException e) {
            throw new StorageException("entry " + SEAL + " is damaged", e);
        }
    }

    /**
     * Makes keys for an empty storage. Of several servers that try at once, one succeeds.
     *
     * @param prepare puts the first entries through the barrier
     * @return the shares of the unseal key, which are stored nowhere; empty if the storage is initialised already
     */
    public static Optional<List<byte[]>> initialise(
            Storage storage, SealConfig config, SecureRandom random, Consumer<Barrier> prepare) {
        byte[] root = new byte[KEY_LENGTH];
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(root);
        random.nextBytes(key);
        byte[] keyring = new AesGcm(root, random).encrypt(KEYRING, key);
        if (!storage.putIfAbsent(SEAL, new SealConfig.Stored(config, keyring).toBytes())) {
            return Optional.empty();
        }
        try {
            prepare.accept(new Barrier(storage, key, random));
        } catch (StorageException e) {
            storage.delete(SEAL);
            throw e;
        }
        return Optional.of(
                config.shares() == 1 ? List.of(root) : Shamir.split(root, config.shares(), config.threshold(), random));
    }

    /**
     * Opens the barrier.
     *
     * @return empty if the shares are not the right ones
     * @throws IllegalArgumentException if they make no key at all, right or wrong; the message is Vault's
     */
    public static Optional<Barrier> open(Storage storage, List<byte[]> shares, SecureRandom random) {
        byte[] sealed = storage.get(SEAL)
                .map(bytes -> parse(bytes).keyring())
                .orElseThrow(() -> new StorageException("entry " + SEAL + " has vanished"));
        byte[] root = shares.size() == 1 ? shares.get(0) : combine(shares);
        if (!AES_KEYS.contains(root.length)) {
            throw new IllegalArgumentException(
                    "failed to setup unseal key: crypto/aes: invalid key size " + root.length);
        }
        try {
            return Optional.of(new Barrier(storage, new AesGcm(root, random).decrypt(KEYRING, sealed), random));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] combine(List<byte[]> shares) {
        try {
            return Shamir.combine(shares);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("failed to compute combined key: " + e.getMessage(), e);
        }
    }

    /**
     * An entry in clear.
     *
     * @throws StorageException if the entry has been tampered with, or the storage fails
     */
    public Optional<byte[]> get(String key) {
        Optional<byte[]> sealed = storage.get(key);
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher.decrypt(key, sealed.get()));
        } catch (GeneralSecurityException e) {
            throw new StorageException("entry " + key + " cannot be decrypted: it was damaged or moved", e);
        }
    }

    public void put(String key, byte[] value) {
        storage.put(key, cipher.encrypt(key, value));
    }

    public void delete(String key) {
        storage.delete(key);
    }

    /** All keys with the prefix, whole. */
    public List<String> keys(String prefix) {
        return storage.keys(prefix);
    }

    /** What is directly below a prefix that ends with a slash: entries, and with a slash at their end, directories. */
    public List<String> children(String prefix) {
        List<String> children = new ArrayList<>();
        for (String key : storage.keys(prefix)) {
            String rest = key.substring(prefix.length());
            int slash = rest.indexOf('/');
            String child = slash < 0 ? rest : rest.substring(0, slash + 1);
            if (!children.contains(child)) {
                children.add(child);
            }
        }
        return children;
    }

    /** Deletes everything below a prefix. */
    public void deleteAll(String prefix) {
        storage.keys(prefix).forEach(storage::delete);
    }
}
