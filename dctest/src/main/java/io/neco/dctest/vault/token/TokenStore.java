package io.neco.dctest.vault.token;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.engine.EntryStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** All tokens. An expired token is found no more, and is removed when somebody tries to use it. */
public final class TokenStore {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int RANDOM_LENGTH = 24;
    private static final String SALT = "salt";
    private static final String BY_ID = "id/";
    private static final String BY_ACCESSOR = "accessor/";
    private static final String BY_PARENT = "parent/";

    private final EntryStore store;
    private final Clock clock;
    private final SecureRandom random;
    private final byte[] salt;

    /** Opens the store, and makes its secret the first time. */
    public TokenStore(EntryStore store, Clock clock, SecureRandom random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.salt = store.get(SALT)
                .map(entry -> HexFormat.of().parseHex(new Fields(entry).text(SALT)))
                .orElseGet(() -> {
                    byte[] fresh = new byte[32];
                    random.nextBytes(fresh);
                    store.put(SALT, Map.of(SALT, HexFormat.of().formatHex(fresh)));
                    return fresh;
                });
    }

    /** What a new token shall be. */
    public record Wish(
            Optional<String> id,
            Optional<TokenEntry> parent,
            List<String> policies,
            String displayName,
            Map<String, Object> meta,
            String path,
            long numUses,
            boolean renewable,
            Duration ttl,
            Duration explicitMaxTtl,
            Duration maxTtl) {}

    /** A token that has just been made; the only moment at which it is known in clear. */
    public record Created(String token, TokenEntry entry) {}

    /** Makes a token that may do everything and does not expire. */
    public Created createRoot(Optional<String> id) {
        return create(new Wish(
                id,
                Optional.empty(),
                List.of("root"),
                "root",
                Map.of(),
                "auth/token/root",
                0,
                false,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO));
    }

    public Created create(Wish wish) {
        String token = wish.id().orElseGet(() -> "hvs." + randomText());
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        Optional<Instant> expires = wish.ttl().isZero() ? Optional.empty() : Optional.of(now.plus(wish.ttl()));
        TokenEntry entry = new TokenEntry(
                hash(token),
                randomText(),
                wish.parent().map(TokenEntry::key).orElse(""),
                List.copyOf(new TreeSet<>(wish.policies())),
                wish.displayName(),
                wish.meta(),
                wish.path(),
                wish.numUses(),
                wish.renewable(),
                now,
                wish.ttl(),
                wish.explicitMaxTtl(),
                wish.maxTtl(),
                expires);
        put(entry);
        store.put(BY_ACCESSOR + entry.accessor(), Map.of("key", entry.key()));
        if (!entry.isOrphan()) {
            store.put(BY_PARENT + entry.parent() + "/" + entry.key(), Map.of("key", entry.key()));
        }
        return new Created(token, entry);
    }

    private String randomText() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** The token's entry, unless it does not exist or has expired. */
    public Optional<TokenEntry> find(String token) {
        return findByKey(hash(token));
    }

    /** The entry of the token with this accessor. */
    public Optional<TokenEntry> findByAccessor(String accessor) {
        return store.get(BY_ACCESSOR + accessor).flatMap(entry -> findByKey(new Fields(entry).text("key")));
    }

    private Optional<TokenEntry> findByKey(String key) {
        Optional<TokenEntry> entry = store.get(BY_ID + key).map(TokenEntry::fromMap);
        if (entry.isPresent() && entry.get().expires().map(this::isPast).orElse(false)) {
            revoke(entry.get());
            return Optional.empty();
        }
        return entry;
    }

    private boolean isPast(Instant end) {
        return !end.isAfter(clock.instant());
    }

    /** Counts one use; the last one ends the token, though the request itself is still carried out. */
    public void use(TokenEntry entry) {
        if (entry.numUses() == 1) {
            revoke(entry);
        } else if (entry.numUses() > 1) {
            put(entry.withNumUses(entry.numUses() - 1));
        }
    }

    /** Prolongs a token from now on, within its limits. */
    public TokenEntry renew(TokenEntry entry, Optional<Duration> increment) {
        Duration wanted = increment.filter(d -> !d.isZero()).orElse(entry.creationTtl());
        Instant end = clock.instant().plus(wanted);
        for (Duration limit : List.of(entry.explicitMaxTtl(), entry.maxTtl())) {
            Instant latest = entry.created().plus(limit);
            if (!limit.isZero() && end.isAfter(latest)) {
                end = latest;
            }
        }
        TokenEntry renewed = entry.withExpiry(end);
        put(renewed);
        return renewed;
    }

    /** Ends a token and all that it made. */
    public void revoke(TokenEntry entry) {
        for (String child : store.children(BY_PARENT + entry.key() + "/")) {
            store.get(BY_ID + child).map(TokenEntry::fromMap).ifPresent(this::revoke);
        }
        remove(entry);
    }

    /** Ends a token only; its children become orphans. */
    public void revokeAlone(TokenEntry entry) {
        store.deleteAll(BY_PARENT + entry.key() + "/");
        remove(entry);
    }

    private void remove(TokenEntry entry) {
        store.delete(BY_ID + entry.key());
        store.delete(BY_ACCESSOR + entry.accessor());
        if (!entry.isOrphan()) {
            store.delete(BY_PARENT + entry.parent() + "/" + entry.key());
        }
    }

    /** Accessors of all tokens. */
    public List<String> accessors() {
        return store.children(BY_ACCESSOR);
    }

    private void put(TokenEntry entry) {
        store.put(BY_ID + entry.key(), entry.toMap());
    }

    private String hash(String token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA256", e);
        }
    }
}
