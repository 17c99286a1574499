package io.neco.dctest.vault.engine;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.config.ServerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An engine at a path.
 *
 * @param path ends with a slash; for a login method without {@code auth/}
 * @param type the engine
 * @param uuid names the engine's part of the storage
 * @param defaultTtl zero for the system's default
 * @param maxTtl zero for the system's maximum
 * @param options engine specific, such as {@code version}
 */
public record Mount(
        String path,
        String type,
        String description,
        String accessor,
        String uuid,
        Duration defaultTtl,
        Duration maxTtl,
        Map<String, Object> options) {

    public Duration effectiveMaxTtl() {
        return maxTtl.isZero() ? ServerConfig.SYSTEM_MAX_TTL : maxTtl;
    }

    /** Never above the maximum. */
    public Duration effectiveDefaultTtl() {
        Duration ttl = defaultTtl.isZero() ? ServerConfig.SYSTEM_MAX_TTL : defaultTtl;
        return ttl.compareTo(effectiveMaxTtl()) > 0 ? effectiveMaxTtl() : ttl;
    }

    /** Whether this is a key-value store with versions. */
    public boolean isVersioned() {
        return "2".equals(String.valueOf(options.get("version")));
    }

    /** The same with other limits. */
    public Mount withLimits(Duration newDefault, Duration newMax) {
        return new Mount(path, type, description, accessor, uuid, newDefault, newMax, options);
    }

    /** The same with another description. */
    public Mount withDescription(String text) {
        return new Mount(path, type, text, accessor, uuid, defaultTtl, maxTtl, options);
    }

    /** As clients see it. */
    public Map<String, Object> describe() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("default_lease_ttl", defaultTtl.toSeconds());
        config.put("force_no_cache", false);
        config.put("max_lease_ttl", maxTtl.toSeconds());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("accessor", accessor);
        map.put("config", config);
        map.put("description", description);
        map.put("external_entropy_access", false);
        map.put("local", false);
        map.put("options", options.isEmpty() ? null : options);
        map.put("seal_wrap", false);
        map.put("type", type);
        map.put("uuid", uuid);
        return map;
    }

    /** For the storage. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("path", path);
        map.put("type", type);
        map.put("description", description);
        map.put("accessor", accessor);
        map.put("uuid", uuid);
        map.put("default_lease_ttl", defaultTtl.toSeconds());
        map.put("max_lease_ttl", maxTtl.toSeconds());
        map.put("options", options);
        return map;
    }

    /** From the storage. */
    public static Mount fromMap(Map<String, Object> map) {
        Fields fields = new Fields(map);
        return new Mount(
                fields.text("path"),
                fields.text("type"),
                fields.text("description"),
                fields.text("accessor"),
                fields.text("uuid"),
                Duration.ofSeconds(fields.number("default_lease_ttl", 0)),
                Duration.ofSeconds(fields.number("max_lease_ttl", 0)),
                fields.object("options").values());
    }
}
