package io.neco.dctest.vault.token;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.Engine;
import io.neco.dctest.vault.engine.Operation;
import io.neco.dctest.vault.engine.Reply;
import io.neco.dctest.vault.engine.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths below {@code auth/token/}.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/auth/token.
 */
public final class TokenEngine implements Engine {
    private final TokenStore tokens;
    private final Clock clock;

    public TokenEngine(TokenStore tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public boolean needsSudo(String path) {
        return path.startsWith("accessors") || path.startsWith("revoke-orphan") || path.equals("create-orphan");
    }

    @Override
    public Reply handle(Request request) {
        Fields data = request.data();
        String own = request.token().orElse("");
        TokenEntry caller = request.caller().orElseThrow(ApiException::unknownToken);
        if (request.path().equals("accessors") || request.path().equals("accessors/")) {
            if (request.operation() != Operation.LIST) {
                throw ApiException.unsupportedOperation();
            }
            return Reply.keys(tokens.accessors());
        }
        if (request.path().equals("lookup-self") && !request.operation().isWrite()) {
            return Reply.of(describe(caller, own));
        }
        if (request.path().startsWith("lookup/")
                || (request.path().equals("lookup") && !request.operation().isWrite())) {
            String token =
                    data.has("token") ? data.text("token") : request.path().replaceFirst("^lookup/?", "");
            return token.isEmpty() ? Reply.of(describe(caller, own)) : Reply.of(describe(find(token), token));
        }
        if (!request.operation().isWrite()) {
            throw request.path().matches("(create|create-orphan|renew|renew-self|revoke|revoke-self|revoke-orphan).*")
                    ? ApiException.unsupportedOperation()
                    : ApiException.unsupportedPath();
        }
        return write(request, data, caller, own);
    }

    private Reply write(Request request, Fields data, TokenEntry caller, String own) {
        switch (request.path()) {
            case "create" -> {
                return create(request, caller, data.flag("no_parent", false));
            }
            case "create-orphan" -> {
                return create(request, caller, true);
            }
            case "lookup" -> {
                String token = data.text("token");
                return token.isEmpty() ? Reply.of(describe(caller, own)) : Reply.of(describe(find(token), token));
            }
            case "lookup-self" -> {
                return Reply.of(describe(caller, own));
            }
            case "lookup-accessor" -> {
                return Reply.of(describe(byAccessor(data), ""));
            }
            case "renew" -> {
                return renew(find(data.text("token")), data.text("token"), data);
            }
            case "renew-self" -> {
                return renew(caller, own, data);
            }
            case "revoke-self" -> {
                tokens.revoke(caller);
                return Reply.done();
            }
            case "revoke" -> {
                tokens.find(required(data, "token")).ifPresent(tokens::revoke);
                return Reply.done();
            }
            case "revoke-orphan" -> {
                tokens.find(required(data, "token")).ifPresent(tokens::revokeAlone);
                return Reply.done();
            }
            case "revoke-accessor" -> {
                tokens.revoke(byAccessor(data));
                return Reply.done();
            }
            default -> throw ApiException.unsupportedPath();
        }
    }

    private static String required(Fields data, String name) {
        if (data.text(name).isEmpty()) {
            throw ApiException.badRequest("missing " + name);
        }
        return data.text(name);
    }

    private TokenEntry find(String token) {
        return tokens.find(token).orElseThrow(() -> new ApiException(403, List.of("bad token")));
    }

    private TokenEntry byAccessor(Fields data) {
        return tokens.findByAccessor(required(data, "accessor"))
                .orElseThrow(() -> new ApiException(403, List.of("invalid accessor")));
    }

    private Reply renew(TokenEntry entry, String token, Fields data) {
        if (!entry.renewable() || entry.expires().isEmpty()) {
            throw ApiException.badRequest("lease is not renewable");
        }
        return Reply.login(auth(new TokenStore.Created(token, tokens.renew(entry, data.duration("increment")))));
    }

    private Reply create(Request request, TokenEntry caller, boolean orphan) {
        Fields data = request.data();
        boolean powerful = caller.isRoot();
        List<String> policies = new ArrayList<>(data.list("policies"));
        if (policies.isEmpty()) {
            policies.addAll(caller.policies());
        }
        if (!powerful && !caller.policies().containsAll(policies)) {
            throw ApiException.badRequest("child policies must be subset of parent");
        }
        boolean root = policies.contains("root");
        if (root && policies.size() > 1) {
            throw ApiException.badRequest("root tokens may not have other policies");
        }
        if (!root && !data.flag("no_default_policy", false)) {
            policies.add("default");
        }
        if (!powerful && (data.has("id") || data.flag("no_parent", false))) {
            throw ApiException.badRequest("root or sudo privileges required to specify token id or to have no parent");
        }
        Duration max = request.maxTtl();
        Duration ttl = data.duration("ttl").or(() -> data.duration("period")).orElse(Duration.ZERO);
        if (ttl.isZero() && !root) {
            ttl = request.defaultTtl();
        }
        Duration explicitMax = data.duration("explicit_max_ttl").orElse(Duration.ZERO);
        for (Duration limit : List.of(max, explicitMax)) {
            if (!limit.isZero() && ttl.compareTo(limit) > 0) {
                ttl = limit;
            }
        }
        String name = data.text("display_name").isEmpty() ? "token" : "token-" + data.text("display_name");
        return Reply.login(auth(tokens.create(new TokenStore.Wish(
                Optional.of(data.text("id")).filter(id -> !id.isEmpty()),
                orphan ? Optional.empty() : Optional.of(caller),
                policies,
                name,
                data.object("meta").values(),
                "auth/token/" + request.path(),
                data.number("num_uses", 0),
                data.flag("renewable", true) && !ttl.isZero(),
                ttl,
                explicitMax,
                root ? Duration.ZERO : max))));
    }

    /** The member {@code auth} of an answer. */
    public static Map<String, Object> auth(TokenStore.Created created) {
        TokenEntry entry = created.entry();
        Map<String, Object> auth = new LinkedHashMap<>();
        auth.put("client_token", created.token());
        auth.put("accessor", entry.accessor());
        auth.put("policies", entry.policies());
        auth.put("token_policies", entry.policies());
        auth.put("metadata", entry.meta().isEmpty() ? null : entry.meta());
        auth.put("lease_duration", entry.creationTtl().toSeconds());
        auth.put("renewable", entry.renewable());
        auth.put("entity_id", "");
        auth.put("token_type", "service");
        auth.put("orphan", entry.isOrphan());
        auth.put("mfa_requirement", null);
        auth.put("num_uses", entry.numUses());
        return auth;
    }

    private Map<String, Object> describe(TokenEntry entry, String token) {
        Instant now = clock.instant();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("accessor", entry.accessor());
        data.put("creation_time", entry.created().getEpochSecond());
        data.put("creation_ttl", entry.creationTtl().toSeconds());
        data.put("display_name", entry.displayName());
        data.put("entity_id", "");
        data.put("expire_time", entry.expires().map(Instant::toString).orElse(null));
        data.put("explicit_max_ttl", entry.explicitMaxTtl().toSeconds());
        data.put("id", token);
        if (entry.expires().isPresent()) {
            data.put("issue_time", entry.created().toString());
        }
        data.put("meta", entry.meta().isEmpty() ? null : entry.meta());
        data.put("num_uses", entry.numUses());
        data.put("orphan", entry.isOrphan());
        data.put("path", entry.path());
        data.put("policies", entry.policies());
        if (entry.expires().isPresent()) {
            data.put("renewable", entry.renewable());
        }
        data.put("ttl", entry.ttl(now).toSeconds());
        data.put("type", "service");
        return data;
    }
}
