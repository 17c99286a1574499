package io.neco.dctest.vault.core;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.EntryStore;
import io.neco.dctest.vault.engine.Reply;
import io.neco.dctest.vault.token.TokenEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Audit devices of type {@code file}: one JSON line per request and one per answer. Every text in them that a client or
 * an engine supplied is replaced by a keyed hash, tokens and accessors too.
 *
 * <p>Source: developer.hashicorp.com/vault/docs/audit.
 */
final class AuditLog {
    private final EntryStore store;
    private final Clock clock;
    private final SecureRandom random;
    private final PrintStream stdout;
    private final Map<String, Map<String, Object>> devices = new ConcurrentSkipListMap<>();

    /** Reads the devices. */
    AuditLog(EntryStore store, Clock clock, SecureRandom random, PrintStream stdout) {
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.stdout = stdout;
        for (String name : store.children("")) {
            store.get(name).ifPresent(entry -> devices.put(name, entry));
        }
    }

    /** What is recorded about a request. */
    record Event(
            String id,
            String operation,
            String path,
            Map<String, Object> data,
            Optional<String> token,
            Optional<TokenEntry> caller,
            String mountType,
            String remoteAddress) {}

    void enable(String path, Fields data) {
        String name = path.replaceFirst("/+$", "");
        if (!data.text("type").equals("file")) {
            throw ApiException.badRequest("unknown backend type: \"" + data.text("type") + "\"");
        }
        Fields options = data.object("options");
        if (options.text("file_path").isEmpty()) {
            throw ApiException.badRequest("file_path is required");
        }
        if (devices.containsKey(name)) {
            throw ApiException.badRequest("path already in use");
        }
        byte[] salt = new byte[32];
        random.nextBytes(salt);
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("type", "file");
        device.put("description", data.text("description"));
        device.put("options", options.values());
        device.put("salt", HexFormat.of().formatHex(salt));
        store.put(name, device);
        devices.put(name, device);
    }

    void disable(String path) {
        String name = path.replaceFirst("/+$", "");
        store.delete(name);
        devices.remove(name);
    }

    Map<String, Object> describe() {
        Map<String, Object> all = new LinkedHashMap<>();
        devices.forEach((name, device) -> {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("description", device.get("description"));
            shown.put("local", false);
            shown.put("options", device.get("options"));
            shown.put("path", name + "/");
            shown.put("type", device.get("type"));
            all.put(name + "/", shown);
        });
        return all;
    }

    void request(Event event, List<String> errors) {
        write(event, "request", errors, null);
    }

    void response(Event event, Optional<Reply> reply, List<String> errors) {
        Map<String, Object> response = new LinkedHashMap<>();
        reply.ifPresent(r -> {
            r.auth().ifPresent(auth -> response.put("auth", auth));
            r.data().ifPresent(data -> response.put("data", data));
            if (!r.warnings().isEmpty()) {
                response.put("warnings", r.warnings());
            }
        });
        write(event, "response", errors, response);
    }

    private void write(Event event, String type, List<String> errors, @Nullable Map<String, Object> response) {
        for (Map<String, Object> device : devices.values()) {
            Mac mac = mac(HexFormat.of().parseHex(String.valueOf(device.get("salt"))));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("time", clock.instant().toString());
            line.put("type", type);
            line.put("auth", auth(mac, event));
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("id", event.id());
            request.put("operation", event.operation());
            request.put("mount_type", event.mountType());
            event.token().ifPresent(token -> request.put("client_token", hashed(mac, token)));
            event.caller().ifPresent(c -> request.put("client_token_accessor", hashed(mac, c.accessor())));
            request.put("namespace", Map.of("id", "root"));
            request.put("path", event.path());
            if (!event.data().isEmpty()) {
                request.put("data", hashed(mac, event.data()));
            }
            request.put("remote_address", event.remoteAddress());
            line.put("request", request);
            if (response != null) {
                line.put("response", hashed(mac, response));
            }
            if (!errors.isEmpty()) {
                line.put("error", String.join("; ", errors));
            }
            append(String.valueOf(new Fields(device).object("options").text("file_path")), Json.text(line));
        }
    }

    private static Map<String, Object> auth(Mac mac, Event event) {
        Map<String, Object> auth = new LinkedHashMap<>();
        event.token().ifPresent(token -> auth.put("client_token", hashed(mac, token)));
        event.caller().ifPresent(caller -> {
            auth.put("accessor", hashed(mac, caller.accessor()));
            auth.put("display_name", caller.displayName());
            auth.put("policies", caller.policies());
            auth.put("token_policies", caller.policies());
        });
        auth.put("token_type", event.caller().isPresent() ? "service" : "default");
        return auth;
    }

    private void append(String file, String line) {
        if (file.equals("stdout")) {
            synchronized (stdout) {
                stdout.println(line);
                stdout.flush();
            }
            return;
        }
        try {
            Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ApiException(500, List.of("audit device could not write to " + file + ": " + e.getMessage()));
        }
    }

    private static @Nullable Object hashed(Mac mac, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((k, v) -> result.put(String.valueOf(k), hashed(mac, v)));
            return result;
        }
        if (value instanceof List<?> list) {
            List<Object> result = new ArrayList<>();
            list.forEach(item -> result.add(hashed(mac, item)));
            return result;
        }
        if (value instanceof CharSequence text) {
            byte[] hash = mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8));
            return "hmac-sha256:" + HexFormat.of().formatHex(hash);
        }
        return value;
    }

    private static Mac mac(byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA256", e);
        }
    }
}
