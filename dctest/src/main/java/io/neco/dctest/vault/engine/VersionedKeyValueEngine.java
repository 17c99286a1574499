package io.neco.dctest.vault.engine;

import io.neco.dctest.json.Fields;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Key-value store, version 2, as far as the development mode's default mount needs it: data and metadata, the latest
 * ten versions, check-and-set, deletion of all versions. Undelete, destroy and configuration are not there.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2.
 */
public final class VersionedKeyValueEngine implements Engine {
    private static final int KEPT_VERSIONS = 10;
    private static final String INVALID_PATH =
            "Invalid path for a versioned K/V secrets engine. See the API docs for the"
                    + " appropriate API endpoints to use. If using the Vault CLI, use 'vault kv %s' for this operation.";

    private final Clock clock;

    public VersionedKeyValueEngine(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Reply handle(Request request) {
        String path = request.path();
        if (path.startsWith("data/")) {
            return data(request, path.substring(5));
        }
        if (path.startsWith("metadata/") || path.equals("metadata")) {
            return metadata(request, path.substring(Math.min(9, path.length())));
        }
        String command = switch (request.operation()) {
            case READ -> "get";
            case LIST -> "list";
            case DELETE -> "delete";
            default -> "put";
        };
        return Reply.done().warn(INVALID_PATH.formatted(command)).status(404);
    }

    @Override
    public Optional<Boolean> exists(Request request) {
        return request.path().startsWith("data/")
                ? Optional.of(
                        request.store().get(key(request.path().substring(5))).isPresent())
                : Optional.empty();
    }

    private static String key(String name) {
        return "versions/" + name;
    }

    private Reply data(Request request, String name) {
        List<Map<String, Object>> versions = versions(request, name);
        switch (request.operation()) {
            case READ -> {
                long wanted = request.data().number("version", 0);
                for (int i = versions.size() - 1; i >= 0; i--) {
                    Map<String, Object> version = versions.get(i);
                    if (wanted == 0 || new Fields(version).number("version", 0) == wanted) {
                        return read(version);
                    }
                }
                throw ApiException.absent();
            }
            case DELETE -> {
                if (!versions.isEmpty()) {
                    Map<String, Object> last = versions.get(versions.size() - 1);
                    last.put("deletion_time", clock.instant().toString());
                    store(request, name, versions);
                }
                return Reply.done();
            }
            case LIST -> throw ApiException.unsupportedOperation();
            default -> {
                return write(request, name, versions);
            }
        }
    }

    private static Reply read(Map<String, Object> version) {
        boolean deleted = !new Fields(version).text("deletion_time").isEmpty();
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("data", deleted ? null : version.get("data"));
        reply.put("metadata", describe(version));
        return Reply.of(reply).status(deleted ? 404 : 200);
    }

    private Reply write(Request request, String name, List<Map<String, Object>> versions) {
        if (!(request.data().values().get("data") instanceof Map<?, ?> data)) {
            throw ApiException.badRequest("no data provided");
        }
        long current = versions.isEmpty() ? 0 : new Fields(versions.get(versions.size() - 1)).number("version", 0);
        Fields options = request.data().object("options");
        if (options.has("cas") && options.number("cas", 0) != current) {
            throw ApiException.badRequest("check-and-set parameter did not match the current version");
        }
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("version", current + 1);
        version.put("created_time", clock.instant().toString());
        version.put("deletion_time", "");
        version.put("data", data);
        versions.add(version);
        while (versions.size() > KEPT_VERSIONS) {
            versions.remove(0);
        }
        store(request, name, versions);
        return Reply.of(describe(version));
    }

    private static Map<String, Object> describe(Map<String, Object> version) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("created_time", version.get("created_time"));
        map.put("custom_metadata", null);
        map.put("deletion_time", version.get("deletion_time"));
        map.put("destroyed", false);
        map.put("version", version.get("version"));
        return map;
    }

    private static Reply metadata(Request request, String name) {
        switch (request.operation()) {
            case LIST -> {
                return Reply.keys(request.store().children(key(KeyValueEngine.directory(name))));
            }
            case DELETE -> {
                request.store().delete(key(name));
                return Reply.done();
            }
            case READ -> {
                List<Map<String, Object>> versions = versions(request, name);
                if (versions.isEmpty()) {
                    throw ApiException.absent();
                }
                Map<String, Object> described = new LinkedHashMap<>();
                versions.forEach(version -> described.put(String.valueOf(version.get("version")), describe(version)));
                Map<String, Object> last = versions.get(versions.size() - 1);
                Map<String, Object> reply = new LinkedHashMap<>();
                reply.put("created_time", versions.get(0).get("created_time"));
                reply.put("current_version", last.get("version"));
                reply.put("oldest_version", versions.get(0).get("version"));
                reply.put("updated_time", last.get("created_time"));
                reply.put("versions", described);
                return Reply.of(reply);
            }
            default -> throw ApiException.unsupportedOperation();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> versions(Request request, String name) {
        return new ArrayList<>(request.store()
                .get(key(name))
                .map(entry -> (List<Map<String, Object>>) entry.get("versions"))
                .orElse(List.of()));
    }

    private static void store(Request request, String name, List<Map<String, Object>> versions) {
        request.store().put(key(name), Map.of("versions", versions));
    }
}
