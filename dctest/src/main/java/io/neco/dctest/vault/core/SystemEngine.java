package io.neco.dctest.vault.core;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.config.ServerConfig;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.Engine;
import io.neco.dctest.vault.engine.Mount;
import io.neco.dctest.vault.engine.Operation;
import io.neco.dctest.vault.engine.Reply;
import io.neco.dctest.vault.engine.Request;
import io.neco.dctest.vault.policy.AccessList;
import io.neco.dctest.vault.policy.Capability;
import io.neco.dctest.vault.token.TokenEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The paths below {@code sys/} that need a token: mounts, login methods, policies, audit devices, capabilities. For
 * sealing and stepping down it only says that they are allowed; the listener then has them done.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/system.
 */
final class SystemEngine implements Engine {
    private final ActiveNode node;

    SystemEngine(ActiveNode node) {
        this.node = node;
    }

    @Override
    public boolean needsSudo(String path) {
        return path.startsWith("auth/")
                || path.equals("audit")
                || path.startsWith("audit/")
                || path.equals("seal")
                || path.equals("step-down");
    }

    @Override
    public Reply handle(Request request) {
        String path = request.path();
        String bare = path.replaceFirst("/+$", "");
        if (bare.equals("mounts") || bare.equals("auth") || bare.equals("audit")) {
            require(request, Operation.READ);
            return Reply.of(overview(bare));
        }
        if (path.startsWith("mounts/")) {
            return mounts(request, node.secrets(), path.substring("mounts/".length()));
        }
        if (path.startsWith("auth/")) {
            return mounts(request, node.logins(), path.substring("auth/".length()));
        }
        if (path.startsWith("audit/")) {
            return audit(request, path.substring("audit/".length()));
        }
        if (bare.equals("policy") || bare.equals("policies/acl")) {
            return policyNames(request, bare.equals("policy"));
        }
        if (path.startsWith("policy/")) {
            return policy(request, path.substring("policy/".length()), "rules");
        }
        if (path.startsWith("policies/acl/")) {
            return policy(request, path.substring("policies/acl/".length()), "policy");
        }
        if (bare.equals("capabilities") || bare.equals("capabilities-self")) {
            return capabilities(request, bare.equals("capabilities-self"));
        }
        if (path.startsWith("internal/ui/mounts")) {
            require(request, Operation.READ);
            return visibleMount(path.replaceFirst("^internal/ui/mounts/?", ""));
        }
        if (path.equals("seal") || path.equals("step-down")) {
            if (!request.operation().isWrite()) {
                throw ApiException.unsupportedOperation();
            }
            return Reply.done();
        }
        throw ApiException.unsupportedPath();
    }

    private static void require(Request request, Operation operation) {
        if (request.operation() != operation) {
            throw ApiException.unsupportedOperation();
        }
    }

    private Map<String, Object> overview(String what) {
        if (what.equals("audit")) {
            return node.audit().describe();
        }
        Map<String, Object> all = new LinkedHashMap<>();
        for (Mount mount : (what.equals("mounts") ? node.secrets() : node.logins()).all()) {
            all.put(mount.path(), mount.describe());
        }
        return all;
    }

    private Reply mounts(Request request, MountTable table, String name) {
        boolean tune = name.endsWith("/tune");
        String path = (tune ? name.substring(0, name.length() - "/tune".length()) : name).replaceFirst("/*$", "/");
        if (path.equals("/")) {
            throw ApiException.unsupportedPath();
        }
        if (tune) {
            return tune(request, table, path);
        }
        switch (request.operation()) {
            case READ -> {
                Mount mount =
                        table.get(path).orElseThrow(() -> ApiException.badRequest("No secret engine mount at " + path));
                return Reply.of(mount.describe());
            }
            case DELETE -> {
                node.unmount(table, path);
                return Reply.done();
            }
            case LIST -> throw ApiException.unsupportedOperation();
            default -> {
                add(request.data(), table, path);
                return Reply.done();
            }
        }
    }

    private void add(Fields data, MountTable table, String path) {
        String type = data.text("type");
        if (type.isEmpty()) {
            throw ApiException.badRequest("backend type must be specified as a string");
        }
        Fields config = data.object("config");
        Duration ttl = config.duration("default_lease_ttl").orElse(Duration.ZERO);
        Duration max = config.duration("max_lease_ttl").orElse(Duration.ZERO);
        checkLimits(ttl, max);
        Map<String, Object> options =
                new LinkedHashMap<>(config.object("options").values());
        options.putAll(data.object("options").values());
        if (table == node.secrets()) {
            node.mount(path, type, data.text("description"), ttl, max, options);
        } else {
            node.enableLogin(path, type, data.text("description"), ttl, max, options);
        }
    }

    private static void checkLimits(Duration ttl, Duration max) {
        Duration limit = max.isZero() ? ServerConfig.SYSTEM_MAX_TTL : max;
        if (ttl.compareTo(limit) > 0) {
            throw ApiException.badRequest("backend default lease TTL greater than the maximum lease TTL");
        }
    }

    private static Reply tune(Request request, MountTable table, String path) {
        Mount mount = table.get(path)
                .orElseThrow(() -> ApiException.badRequest("cannot fetch sysview for path \"" + path + "\""));
        if (request.operation().isWrite()) {
            Fields data = request.data();
            Duration ttl = data.duration("default_lease_ttl").orElse(mount.defaultTtl());
            Duration max = data.duration("max_lease_ttl").orElse(mount.maxTtl());
            checkLimits(ttl, max);
            Mount changed = mount.withLimits(ttl, max);
            table.replace(data.has("description") ? changed.withDescription(data.text("description")) : changed);
            return Reply.done();
        }
        require(request, Operation.READ);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("default_lease_ttl", mount.effectiveDefaultTtl().toSeconds());
        data.put("description", mount.description());
        data.put("force_no_cache", false);
        data.put("max_lease_ttl", mount.effectiveMaxTtl().toSeconds());
        if (!mount.options().isEmpty()) {
            data.put("options", mount.options());
        }
        return Reply.of(data);
    }

    private Reply audit(Request request, String name) {
        if (request.operation() == Operation.DELETE) {
            node.audit().disable(name);
        } else if (request.operation().isWrite()) {
            node.audit().enable(name, request.data());
        } else {
            throw ApiException.unsupportedOperation();
        }
        return Reply.done();
    }

    private Reply policyNames(Request request, boolean old) {
        if (request.operation() != Operation.LIST && !(old && request.operation() == Operation.READ)) {
            throw ApiException.unsupportedOperation();
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("keys", node.policies().names());
        if (old) {
            data.put("policies", node.policies().names());
        }
        return Reply.of(data);
    }

    private Reply policy(Request request, String path, String member) {
        String name = path.toLowerCase(Locale.ROOT);
        switch (request.operation()) {
            case READ -> {
                String text = node.policies()
                        .get(name)
                        .orElseThrow(ApiException::absent)
                        .text();
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("name", name);
                data.put(member, text);
                return Reply.of(data);
            }
            case DELETE -> {
                node.policies().delete(name);
                return Reply.done();
            }
            case LIST -> throw ApiException.unsupportedOperation();
            default -> {
                Fields data = request.data();
                String text = data.has("policy") ? data.text("policy") : data.text("rules");
                if (text.isEmpty()) {
                    throw ApiException.badRequest("'policy' parameter not supplied or empty");
                }
                node.policies().put(name, text);
                return Reply.done();
            }
        }
    }

    private Reply capabilities(Request request, boolean self) {
        if (!request.operation().isWrite()) {
            throw ApiException.unsupportedOperation();
        }
        Fields data = request.data();
        TokenEntry entry = self
                ? request.caller().orElseThrow(ApiException::unknownToken)
                : node.tokens().find(data.text("token")).orElseThrow(() -> ApiException.badRequest("invalid token"));
        List<String> paths = data.list(data.has("paths") ? "paths" : "path");
        if (paths.isEmpty()) {
            throw ApiException.badRequest("paths must be supplied");
        }
        AccessList access = node.policies().accessList(entry.policies());
        Map<String, Object> result = new LinkedHashMap<>();
        for (String path : paths) {
            List<String> words = new ArrayList<>();
            if (access.isRoot()) {
                words.add("root");
            } else {
                access.capabilities(path).stream().map(Capability::word).forEach(words::add);
            }
            result.put(path, words);
        }
        if (paths.size() == 1) {
            result.put("capabilities", result.get(paths.get(0)));
        }
        return Reply.of(result);
    }

    private Reply visibleMount(String path) {
        Mount mount =
                node.secrets().match(path.endsWith("/") ? path : path + "/").orElseThrow(ApiException::denied);
        Map<String, Object> data = new LinkedHashMap<>(mount.describe());
        data.put("path", mount.path());
        return Reply.of(data);
    }
}
