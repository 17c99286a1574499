package io.neco.dctest.vault.token;

import io.neco.dctest.json.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token as stored.
 *
 * @param key the keyed hash under which it is stored; the token itself is not kept
 * @param accessor names the token without giving its rights
 * @param parent hash of the token that made it, empty for an orphan
 * @param path where it was made
 * @param numUses how often it can still be used, 0 for unlimited
 * @param creationTtl zero for a token that does not expire
 * @param explicitMaxTtl zero when only the mount limits renewals
 * @param maxTtl the mount's limit
 * @param expires absent for a token that does not expire
 */
public record TokenEntry(
        String key,
        String accessor,
        String parent,
        List<String> policies,
        String displayName,
        Map<String, Object> meta,
        String path,
        long numUses,
        boolean renewable,
        Instant created,
        Duration creationTtl,
        Duration explicitMaxTtl,
        Duration maxTtl,
        Optional<Instant> expires) {

    /** Whether the token may do everything. */
    public boolean isRoot() {
        return policies.contains("root");
    }

    /** Whether no other token's end ends this one. */
    public boolean isOrphan() {
        return parent.isEmpty();
    }

    /** Time left, zero when it does not expire. */
    public Duration ttl(Instant now) {
        return expires.map(end -> Duration.between(now, end)).orElse(Duration.ZERO);
    }

    TokenEntry withExpiry(Instant end) {
        return new TokenEntry(
                key,
                accessor,
                parent,
                policies,
                displayName,
                meta,
                path,
                numUses,
                renewable,
                created,
                creationTtl,
                explicitMaxTtl,
                maxTtl,
                Optional.of(end));
    }

    TokenEntry withNumUses(long uses) {
        return new TokenEntry(
                key,
                accessor,
                parent,
                policies,
                displayName,
                meta,
                path,
                uses,
                renewable,
                created,
                creationTtl,
                explicitMaxTtl,
                maxTtl,
                expires);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", key);
        map.put("accessor", accessor);
        map.put("parent", parent);
        map.put("policies", policies);
        map.put("display_name", displayName);
        map.put("meta", meta);
        map.put("path", path);
        map.put("num_uses", numUses);
        map.put("renewable", renewable);
        map.put("created", created.getEpochSecond());
        map.put("creation_ttl", creationTtl.toSeconds());
        map.put("explicit_max_ttl", explicitMaxTtl.toSeconds());
        map.put("max_ttl", maxTtl.toSeconds());
        map.put("expires", expires.map(Instant::getEpochSecond).orElse(0L));
        return map;
    }

    static TokenEntry fromMap(Map<String, Object> map) {
        Fields fields = new Fields(map);
        long expires = fields.number("expires", 0);
        return new TokenEntry(
                fields.text("key"),
                fields.text("accessor"),
                fields.text("parent"),
                fields.list("policies"),
                fields.text("display_name"),
                fields.object("meta").values(),
                fields.text("path"),
                fields.number("num_uses", 0),
                fields.flag("renewable", false),
                Instant.ofEpochSecond(fields.number("created", 0)),
                Duration.ofSeconds(fields.number("creation_ttl", 0)),
                Duration.ofSeconds(fields.number("explicit_max_ttl", 0)),
                Duration.ofSeconds(fields.number("max_ttl", 0)),
                expires == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(expires)));
    }
}
