package io.neco.dctest.vault.engine;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.token.TokenEngine;
import io.neco.dctest.vault.token.TokenStore;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Login with user name and password.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/auth/userpass.
 */
public final class UserpassEngine implements Engine {
    private static final int ITERATIONS = 20_000;
    private static final String USERS = "users/";
    private static final String LOGIN = "login/";
    private static final String NO_USER = "0".repeat(32);

    private final TokenStore tokens;
    private final SecureRandom random;

    public UserpassEngine(TokenStore tokens, SecureRandom random) {
        this.tokens = tokens;
        this.random = random;
    }

    @Override
    public boolean isOpen(String path) {
        return path.startsWith(LOGIN);
    }

    @Override
    public Optional<Boolean> exists(Request request) {
        return request.path().startsWith(USERS)
                ? Optional.of(request.store().get(user(request.path())).isPresent())
                : Optional.empty();
    }

    private static String user(String path) {
        return path.toLowerCase(Locale.ROOT);
    }

    @Override
    public Reply handle(Request request) {
        String path = user(request.path());
        if (path.startsWith(LOGIN) && request.operation().isWrite()) {
            return login(request, path.substring(LOGIN.length()));
        }
        if (path.equals("users") || path.equals(USERS)) {
            if (request.operation() != Operation.LIST) {
                throw ApiException.unsupportedOperation();
            }
            return Reply.keys(request.store().children(USERS));
        }
        if (!path.startsWith(USERS)) {
            throw path.startsWith(LOGIN) ? ApiException.unsupportedOperation() : ApiException.unsupportedPath();
        }
        switch (request.operation()) {
            case READ -> {
                return Reply.of(describe(request.store().get(path).orElseThrow(ApiException::absent)));
            }
            case DELETE -> {
                request.store().delete(path);
                return Reply.done();
            }
            case LIST -> throw ApiException.unsupportedOperation();
            default -> {
                write(request, path);
                return Reply.done();
            }
        }
    }

    private void write(Request request, String path) {
        Fields data = request.data();
        String base = path.replaceFirst("/(password|policies)$", "");
        Map<String, Object> entry =
                new LinkedHashMap<>(request.store().get(base).orElse(Map.of()));
        if (!base.equals(path) && entry.isEmpty()) {
            throw ApiException.badRequest("username does not exist");
        }
        if (data.has("password")) {
            byte[] salt = new byte[16];
            random.nextBytes(salt);
            entry.put("salt", HexFormat.of().formatHex(salt));
            entry.put("hash", hash(data.text("password"), HexFormat.of().formatHex(salt)));
        } else if (!entry.containsKey("hash")) {
            throw ApiException.badRequest("missing password");
        }
        if (data.has("policies") || data.has("token_policies")) {
            entry.put("policies", data.list(data.has("token_policies") ? "token_policies" : "policies"));
        }
        for (String ttl : List.of("ttl", "max_ttl")) {
            data.duration("token_" + ttl).or(() -> data.duration(ttl)).ifPresent(d -> entry.put(ttl, d.toSeconds()));
        }
        request.store().put(base, entry);
    }

    private static Map<String, Object> describe(Map<String, Object> entry) {
        Fields fields = new Fields(entry);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("policies", fields.list("policies"));
        data.put("token_bound_cidrs", List.of());
        data.put("token_explicit_max_ttl", 0);
        data.put("token_max_ttl", fields.number("max_ttl", 0));
        data.put("token_no_default_policy", false);
        data.put("token_num_uses", 0);
        data.put("token_period", 0);
        data.put("token_policies", fields.list("policies"));
        data.put("token_ttl", fields.number("ttl", 0));
        data.put("token_type", "default");
        return data;
    }

    private Reply login(Request request, String name) {
        String password = request.data().text("password");
        if (password.isEmpty()) {
            throw ApiException.badRequest("missing password");
        }
        Fields user = new Fields(request.store().get(USERS + name).orElse(Map.of()));
        String salt = user.text("salt").isEmpty() ? NO_USER : user.text("salt");
        boolean right = MessageDigest.isEqual(
                hash(password, salt).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                user.text("hash").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        if (!right) {
            throw ApiException.badRequest("invalid username or password");
        }
        Duration max = limit(user.number("max_ttl", 0), request.maxTtl(), request.maxTtl());
        Duration ttl = limit(user.number("ttl", 0), request.defaultTtl(), max);
        List<String> policies = new ArrayList<>(user.list("policies"));
        policies.add("default");
        return Reply.login(TokenEngine.auth(tokens.create(new TokenStore.Wish(
                Optional.empty(),
                Optional.empty(),
                policies,
                request.mount().path().replaceFirst("/$", "").replace('/', '-') + "-" + name,
                Map.of("username", name),
                "auth/" + request.mount().path() + LOGIN + name,
                0,
                true,
                ttl,
                Duration.ZERO,
                max))));
    }

    private static Duration limit(long seconds, Duration otherwise, Duration max) {
        Duration ttl = seconds == 0 ? otherwise : Duration.ofSeconds(seconds);
        return ttl.compareTo(max) > 0 ? max : ttl;
    }

    private static String hash(String password, String salt) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), HexFormat.of().parseHex(salt), ITERATIONS, 256);
        try {
            return HexFormat.of()
                    .formatHex(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }
}
