package io.neco.dctest.vault.http;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.Version;
import io.neco.dctest.vault.core.Core;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.seal.Barrier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths below {@code sys/} that every server answers for itself, sealed or not, without a token.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/system, pages init, seal-status, unseal, health, leader.
 */
final class StatusPaths {
    private static final List<String> PATHS =
            List.of("sys/init", "sys/seal-status", "sys/unseal", "sys/health", "sys/leader", "sys/metrics");

    private final Core core;

    StatusPaths(Core core) {
        this.core = core;
    }

    boolean handles(HttpRequest request) {
        return PATHS.contains(request.path())
                && !(request.path().equals("sys/metrics") && !core.config().unauthenticatedMetrics());
    }

    HttpReply handle(HttpRequest request) {
        return switch (request.path()) {
            case "sys/init" -> init(request);
            case "sys/seal-status" -> read(request, this::sealStatus);
            case "sys/unseal" -> unseal(request);
            case "sys/health" -> health(request);
            case "sys/leader" -> read(request, this::leader);
            default -> metrics(request);
        };
    }

    private interface Body {
        Map<String, Object> get();
    }

    private static HttpReply read(HttpRequest request, Body body) {
        return request.method().equals("GET") ? HttpReply.json(200, body.get()) : HttpReply.errors(405, List.of());
    }

    private HttpReply init(HttpRequest request) {
        if (!request.isWrite()) {
            return read(request, () -> Map.of("initialized", core.isInitialised()));
        }
        Fields data = new Fields(request.json());
        for (String unsupported : List.of("pgp_keys", "root_token_pgp_key", "recovery_pgp_keys")) {
            if (!data.text(unsupported).isEmpty()) {
                throw ApiException.badRequest(unsupported + " is not supported by this stand-in for Vault");
            }
        }
        Core.Initialised made = core.initialise(
                (int) data.number("secret_shares", 0), (int) data.number("secret_threshold", 0), Optional.empty());
        List<String> hex = new ArrayList<>();
        List<String> base64 = new ArrayList<>();
        for (byte[] share : made.shares()) {
            hex.add(HexFormat.of().formatHex(share));
            base64.add(Base64.getEncoder().encodeToString(share));
        }
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("keys", hex);
        reply.put("keys_base64", base64);
        reply.put("root_token", made.rootToken());
        return HttpReply.json(200, reply);
    }

    private HttpReply unseal(HttpRequest request) {
        if (!request.isWrite()) {
            return HttpReply.errors(405, List.of());
        }
        Fields data = new Fields(request.json());
        if (data.flag("reset", false)) {
            if (!core.isSealed()) {
                throw ApiException.badRequest("vault is unsealed");
            }
            core.resetUnseal();
        } else {
            String key = data.text("key");
            if (key.isEmpty()) {
                throw ApiException.badRequest(
                        "'key' must be specified in request body as JSON, or 'reset' set to true");
            }
            core.unseal(decode(key));
        }
        return HttpReply.json(200, sealStatus());
    }

    /** Hexadecimal, or else base64. */
    private static byte[] decode(String key) {
        try {
            byte[] bytes = HexFormat.of().parseHex(key);
            if (bytes.length >= Barrier.SHORTEST_SHARE && bytes.length <= Barrier.LONGEST_SHARE) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            return base64(key);
        }
        return base64(key);
    }

    private static byte[] base64(String key) {
        try {
            return Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("'key' must be a valid hex or base64 string");
        }
    }

    Map<String, Object> sealStatus() {
        Core.SealStatus status = core.sealStatus();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", "shamir");
        map.put("initialized", status.initialised());
        map.put("sealed", status.sealed());
        map.put("t", status.threshold());
        map.put("n", status.shares());
        map.put("progress", status.progress());
        map.put("nonce", status.nonce());
        map.put("version", Version.VAULT);
        map.put("migration", false);
        if (!status.sealed()) {
            map.put("cluster_name", core.cluster().name());
            map.put("cluster_id", core.cluster().id());
        }
        map.put("recovery_seal", false);
        map.put("storage_type", core.storageType());
        return map;
    }

    private Map<String, Object> leader() {
        if (core.isHighlyAvailable() && core.isSealed()) {
            throw ApiException.sealed();
        }
        Optional<Core.Leader> leader = core.leader();
        boolean self = leader.map(Core.Leader::self).orElse(false);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ha_enabled", core.isHighlyAvailable());
        map.put("is_self", core.isHighlyAvailable() && self);
        map.put("active_time", self ? core.activeSince().toString() : "0001-01-01T00:00:00Z");
        boolean shown = core.isHighlyAvailable() && leader.isPresent();
        map.put("leader_address", shown ? leader.orElseThrow().apiAddress() : "");
        map.put("leader_cluster_address", shown ? leader.orElseThrow().clusterAddress() : "");
        map.put("performance_standby", false);
        map.put("performance_standby_last_remote_wal", 0);
        return map;
    }

    private HttpReply health(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpReply.errors(405, List.of());
        }
        Fields query = new Fields(request.query());
        boolean initialised = core.isInitialised();
        boolean sealed = core.isSealed();
        boolean standby = core.active().isEmpty();
        int status;
        if (!initialised) {
            status = code(query, "uninitcode", 501);
        } else if (sealed) {
            status = code(query, "sealedcode", 503);
        } else if (standby
                && !(query.has("standbyok") && !query.text("standbyok").equals("false"))) {
            status = code(query, "standbycode", 429);
        } else {
            status = code(query, "activecode", 200);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("initialized", initialised);
        map.put("sealed", sealed);
        map.put("standby", standby);
        map.put("performance_standby", false);
        map.put("replication_performance_mode", sealed ? "unknown" : "disabled");
        map.put("replication_dr_mode", sealed ? "unknown" : "disabled");
        map.put("server_time_utc", Instant.now(core.clock()).getEpochSecond());
        map.put("version", Version.VAULT);
        if (!sealed) {
            map.put("cluster_name", core.cluster().name());
            map.put("cluster_id", core.cluster().id());
        }
        return HttpReply.json(status, map);
    }

    private static int code(Fields query, String name, int otherwise) {
        for (String each : List.of(
                "activecode", "standbycode", "sealedcode", "uninitcode", "drsecondarycode", "performancestandbycode")) {
            if (query.has(each) && !query.text(each).matches("[1-9]\\d\\d")) {
                throw new ApiException(400, List.of("invalid value for " + each + ": " + query.text(each)));
            }
        }
        return (int) query.number(name, otherwise);
    }

    private HttpReply metrics(HttpRequest request) {
        if (!request.method().equals("GET")) {
            return HttpReply.errors(405, List.of());
        }
        String text = "# TYPE vault_core_active gauge\nvault_core_active "
                + (core.active().isPresent() ? 1 : 0) + "\n# TYPE vault_core_unsealed gauge\nvault_core_unsealed "
                + (core.isSealed() ? 0 : 1) + "\n";
        return new HttpReply(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                Map.of());
    }
}
