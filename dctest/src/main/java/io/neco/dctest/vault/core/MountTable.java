package io.neco.dctest.vault.core;

import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.EntryStore;
import io.neco.dctest.vault.engine.Mount;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What is mounted where; one table for secrets engines, one for login methods. Kept in memory and stored as a whole. */
final class MountTable {
    private final EntryStore store;
    private final String key;
    private final SecureRandom random;
    private final TreeMap<String, Mount> mounts = new TreeMap<>();

    /** Reads the table. */
    MountTable(EntryStore store, String key, SecureRandom random) {
        this.store = store;
        this.key = key;
        this.random = random;
        store.get(key).ifPresent(this::load);
    }

    @SuppressWarnings("unchecked")
    private void load(Map<String, Object> entry) {
        if (entry.get("mounts") instanceof List<?> list) {
            for (Object item : list) {
                Mount mount = Mount.fromMap((Map<String, Object>) item);
                mounts.put(mount.path(), mount);
            }
        }
    }

    /** The mount that serves a path. */
    synchronized Optional<Mount> match(String path) {
        return mounts.values().stream()
                .filter(mount -> path.startsWith(mount.path()))
                .max(java.util.Comparator.comparingInt(mount -> mount.path().length()));
    }

    synchronized Optional<Mount> get(String path) {
        return Optional.ofNullable(mounts.get(path));
    }

    synchronized List<Mount> all() {
        return List.copyOf(mounts.values());
    }

    /** @throws ApiException if the path cannot be used together with another mount's */
    synchronized Mount add(
            String path,
            String type,
            String description,
            Duration defaultTtl,
            Duration maxTtl,
            Map<String, Object> options) {
        for (String other : mounts.keySet()) {
            if (other.startsWith(path) || path.startsWith(other)) {
                throw ApiException.badRequest("path is already in use at " + other);
            }
        }
        byte[] suffix = new byte[4];
        random.nextBytes(suffix);
        String accessor = (key.equals("auth") ? "auth_" : "") + type + "_"
                + java.util.HexFormat.of().formatHex(suffix);
        Mount mount = new Mount(
                path,
                type,
                description,
                accessor,
                UUID.randomUUID().toString(),
                defaultTtl,
                maxTtl,
                new LinkedHashMap<>(options));
        mounts.put(path, mount);
        save();
        return mount;
    }

    synchronized void replace(Mount mount) {
        mounts.put(mount.path(), mount);
        save();
    }

    synchronized void remove(Mount mount) {
        mounts.remove(mount.path());
        save();
    }

    private void save() {
        List<Object> list = new ArrayList<>();
        mounts.values().forEach(mount -> list.add(mount.toMap()));
        store.put(key, Map.of("mounts", list));
    }
}
