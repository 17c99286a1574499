package io.neco.dctest.vault.core;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.Engine;
import io.neco.dctest.vault.engine.EntryStore;
import io.neco.dctest.vault.engine.KeyValueEngine;
import io.neco.dctest.vault.engine.Mount;
import io.neco.dctest.vault.engine.MountOnlyEngine;
import io.neco.dctest.vault.engine.Operation;
import io.neco.dctest.vault.engine.Reply;
import io.neco.dctest.vault.engine.Request;
import io.neco.dctest.vault.engine.UserpassEngine;
import io.neco.dctest.vault.engine.VersionedKeyValueEngine;
import io.neco.dctest.vault.pki.PkiEngine;
import io.neco.dctest.vault.pki.RsaKeys;
import io.neco.dctest.vault.policy.AccessList;
import io.neco.dctest.vault.seal.Barrier;
import io.neco.dctest.vault.token.TokenEngine;
import io.neco.dctest.vault.token.TokenEntry;
import io.neco.dctest.vault.token.TokenStore;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that exists only while this server is the active one: mounts, tokens, policies, audit devices. Made anew
 * from the storage at each take-over, so that nothing stale survives.
 */
public final class ActiveNode {
    private static final String AUTH = "auth/";
    private static final List<String> SECRET_TYPES = List.of("kv", "generic", "pki");
    private static final List<String> AUTH_TYPES = List.of("userpass", "approle");

    private final Barrier barrier;
    private final MountTable secrets;
    private final MountTable logins;
    private final PolicyStore policies;
    private final TokenStore tokens;
    private final AuditLog audit;
    private final Map<String, Engine> engines;

    /** Reads what the storage holds; the tables must have been made by {@link #prepare}. */
    ActiveNode(Barrier barrier, Clock clock, SecureRandom random, RsaKeys keys, PrintStream auditOutput) {
        this.barrier = barrier;
        this.secrets = mounts(barrier, "mounts", random);
        this.logins = mounts(barrier, "auth", random);
        this.policies = new PolicyStore(new EntryStore(barrier, "sys/policy/"));
        this.tokens = new TokenStore(new EntryStore(barrier, "sys/token/"), clock, random);
        this.audit = new AuditLog(new EntryStore(barrier, "core/audit/"), clock, random, auditOutput);
        Engine mountOnly = new MountOnlyEngine();
        this.engines = Map.of(
                "kv", new KeyValueEngine(),
                "generic", new KeyValueEngine(),
                "kv-2", new VersionedKeyValueEngine(clock),
                "pki", new PkiEngine(keys, clock, random),
                "system", new SystemEngine(this),
                "token", new TokenEngine(tokens, clock),
                "userpass", new UserpassEngine(tokens, random),
                "approle", mountOnly,
                "cubbyhole", mountOnly,
                "identity", mountOnly);
    }

    private static MountTable mounts(Barrier barrier, String key, SecureRandom random) {
        return new MountTable(new EntryStore(barrier, "core/"), key, random);
    }

    /**
     * Writes what every new storage begins with.
     *
     * @param rootToken the first token, or empty for a random one
     * @return the first token
     */
    static String prepare(Barrier barrier, Clock clock, SecureRandom random, Optional<String> rootToken) {
        MountTable secrets = mounts(barrier, "mounts", random);
        Duration none = Duration.ZERO;
        secrets.add("cubbyhole/", "cubbyhole", "per-token private secret storage", none, none, Map.of());
        secrets.add("identity/", "identity", "identity store", none, none, Map.of());
        secrets.add("sys/", "system", "system endpoints used for control, policy and debugging", none, none, Map.of());
        mounts(barrier, "auth", random).add("token/", "token", "token based credentials", none, none, Map.of());
        return new TokenStore(new EntryStore(barrier, "sys/token/"), clock, random)
                .createRoot(rootToken)
                .token();
    }

    MountTable secrets() {
        return secrets;
    }

    MountTable logins() {
        return logins;
    }

    PolicyStore policies() {
        return policies;
    }

    TokenStore tokens() {
        return tokens;
    }

    AuditLog audit() {
        return audit;
    }

    /** Mounts an engine; type {@code kv-v2} is short for version 2 of {@code kv}. */
    Mount mount(String path, String type, String description, Duration ttl, Duration max, Map<String, Object> options) {
        boolean v2 = type.equals("kv-v2");
        String real = type.startsWith("kv-v") ? "kv" : type;
        if (!SECRET_TYPES.contains(real)) {
            throw ApiException.badRequest("plugin not found in the catalog: " + type);
        }
        if (path.startsWith(AUTH)) {
            throw ApiException.badRequest("cannot mount \"" + path + "\"");
        }
        return secrets.add(path, real, description, ttl, max, v2 ? Map.of("version", "2") : options);
    }

    Mount enableLogin(
            String path, String type, String description, Duration ttl, Duration max, Map<String, Object> options) {
        if (!AUTH_TYPES.contains(type)) {
            throw ApiException.badRequest("plugin not found in the catalog: " + type);
        }
        return logins.add(path, type, description, ttl, max, options);
    }

    /** Removes a mount with all that it stored. */
    void unmount(MountTable table, String path) {
        Optional<Mount> mount = table.get(path);
        if (mount.isEmpty()) {
            return;
        }
        if (List.of("system", "cubbyhole", "identity", "token")
                .contains(mount.get().type())) {
            throw ApiException.badRequest("cannot unmount \"" + path + "\"");
        }
        table.remove(mount.get());
        barrier.deleteAll(storePrefix(mount.get()));
    }

    private static String storePrefix(Mount mount) {
        return "logical/" + mount.uuid() + "/";
    }

    /**
     * A request from a client.
     *
     * @param path below {@code /v1/}, without a slash at its beginning
     * @param data members of the body or of the query
     */
    public record Call(
            String id,
            Operation operation,
            String path,
            Map<String, Object> data,
            Optional<String> token,
            String remoteAddress) {}

    private record Route(Mount mount, Engine engine, String rest) {}

    /**
     * Answers a request.
     *
     * @throws ApiException for every answer that is an error
     */
    public Reply handle(Call call) {
        Optional<Route> route = route(call.path());
        Optional<TokenEntry> caller = call.token().flatMap(tokens::find);
        String mountType = route.map(r -> r.mount().type()).orElse("");
        AuditLog.Event event = new AuditLog.Event(
                call.id(),
                call.operation().word(),
                call.path(),
                call.data(),
                call.token(),
                caller,
                mountType,
                call.remoteAddress());
        Request request;
        try {
            request = authorise(call, route, caller);
        } catch (ApiException e) {
            audit.request(event, e.errors());
            audit.response(event, Optional.empty(), e.errors());
            throw e;
        }
        audit.request(event, List.of());
        try {
            Reply reply = run(route.orElseThrow(), request);
            audit.response(event, Optional.of(reply), List.of());
            return reply;
        } catch (ApiException e) {
            audit.response(event, Optional.empty(), e.errors());
            throw e;
        }
    }

    private static Reply run(Route route, Request request) {
        try {
            return route.engine().handle(request);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Route> route(String path) {
        boolean login = path.startsWith(AUTH);
        String local = login ? path.substring(AUTH.length()) : path;
        MountTable table = login ? logins : secrets;
        return table.match(local.endsWith("/") ? local : local + "/")
                .map(mount -> new Route(mount, engine(mount), rest(mount, local)));
    }

    private static String rest(Mount mount, String path) {
        return path.length() >= mount.path().length()
                ? path.substring(mount.path().length())
                : "";
    }

    private Engine engine(Mount mount) {
        String name = mount.type().equals("kv") && mount.isVersioned() ? "kv-2" : mount.type();
        Engine engine = engines.get(name);
        if (engine == null) {
            throw new IllegalStateException("no engine of type " + name);
        }
        return engine;
    }

    private Request authorise(Call call, Optional<Route> route, Optional<TokenEntry> caller) {
        if (route.isPresent() && route.get().engine().isOpen(route.get().rest())) {
            return request(call, route.get(), caller);
        }
        if (call.token().isEmpty()) {
            throw ApiException.badRequest("missing client token");
        }
        TokenEntry entry = caller.orElseThrow(ApiException::unknownToken);
        AccessList access = policies.accessList(entry.policies());
        if (route.isEmpty()) {
            if (!access.allows(call.operation().capability(), call.path(), false)) {
                throw ApiException.denied();
            }
            throw new ApiException(404, List.of("no handler for route '" + call.path() + "'"));
        }
        if (call.operation().isWrite() && call.path().endsWith("/")) {
            throw ApiException.badRequest("cannot write to a path ending in '/'");
        }
        Request request = request(call, route.get(), caller);
        boolean sudo = route.get().engine().needsSudo(route.get().rest());
        if (!access.allows(request.operation().capability(), aclPath(call), sudo)) {
            throw ApiException.denied();
        }
        tokens.use(entry);
        return request;
    }

    private static String aclPath(Call call) {
        return call.operation() == Operation.LIST && !call.path().endsWith("/") ? call.path() + "/" : call.path();
    }

    /** Tells creation from update where the engine can. */
    private Request request(Call call, Route route, Optional<TokenEntry> caller) {
        Request request = new Request(
                call.operation(),
                route.rest(),
                new Fields(call.data()),
                route.mount(),
                new EntryStore(barrier, storePrefix(route.mount())),
                caller,
                call.token());
        if (call.operation().isWrite()) {
            boolean create = route.engine().exists(request).map(there -> !there).orElse(false);
            return new Request(
                    create ? Operation.CREATE : Operation.UPDATE,
                    request.path(),
                    request.data(),
                    request.mount(),
                    request.store(),
                    caller,
                    call.token());
        }
        return request;
    }
}
