package io.neco.dctest.vault.cli;

import io.neco.dctest.json.Fields;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The commands about the server itself: its status, initialisation and seal. */
final class OperatorCommands {
    private static final int SEALED = 503;

    private final Surroundings surroundings;

    OperatorCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Exit code 0 when unsealed, 2 when sealed. */
    int status(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = Flags.parse(words, Session.SWITCHES, Session.VALUED);
        Session session = new Session(flags, surroundings);
        Output output = new Output(flags, surroundings);
        Map<String, Object> seal = new LinkedHashMap<>(
                session.send("GET", "sys/seal-status", Map.of()).orElse(Map.of()));
        Map<String, Object> leader = leader(session);
        Fields status = new Fields(seal);
        boolean sealed = status.flag("sealed", true);
        if (output.isJson()) {
            for (String name :
                    List.of("ha_enabled", "is_self", "leader_address", "leader_cluster_address", "active_time")) {
                if (leader.containsKey(name)) {
                    seal.put(name, leader.get(name));
                }
            }
            output.json(seal);
        } else {
            output.table("Key", "Value", rows(status, new Fields(leader), sealed));
        }
        return sealed ? 2 : 0;
    }

    /** Of several servers a sealed one refuses to tell who leads. */
    private static Map<String, Object> leader(Session session) throws UsageException, IOException, ApiFailure {
        try {
            return session.send("GET", "sys/leader", Map.of()).orElse(Map.of());
        } catch (ApiFailure e) {
            if (e.status() != SEALED) {
                throw e;
            }
            return Map.of("ha_enabled", true);
        }
    }

    private static Map<String, Object> rows(Fields status, Fields leader, boolean sealed) {
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("Seal Type", status.text("type"));
        rows.put("Initialized", status.text("initialized"));
        rows.put("Sealed", status.text("sealed"));
        rows.put("Total Shares", status.text("n"));
        rows.put("Threshold", status.text("t"));
        if (sealed) {
            rows.put("Unseal Progress", status.text("progress") + "/" + status.text("t"));
            rows.put("Unseal Nonce", status.text("nonce"));
        }
        rows.put("Version", status.text("version"));
        rows.put("Storage Type", status.text("storage_type"));
        if (!sealed) {
            rows.put("Cluster Name", status.text("cluster_name"));
            rows.put("Cluster ID", status.text("cluster_id"));
        }
        rows.put("HA Enabled", leader.text("ha_enabled"));
        if (!sealed && leader.flag("ha_enabled", false)) {
            boolean self = leader.flag("is_self", false);
            rows.put("HA Cluster", leader.text("leader_cluster_address"));
            rows.put("HA Mode", self ? "active" : "standby");
            if (!self) {
                rows.put("Active Node Address", leader.text("leader_address"));
            }
        }
        return rows;
    }

    int operator(List<String> words) throws UsageException, IOException, ApiFailure {
        String command = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.subList(Math.min(1, words.size()), words.size());
        return switch (command) {
            case "init" -> init(rest);
            case "unseal" -> unseal(rest);
            case "seal" -> simple(rest, "sys/seal", "Success! Vault is sealed.");
            case "step-down" -> simple(rest, "sys/step-down", "Success! Stepped down: ");
            default -> throw ClientCommands.unknown("operator", command);
        };
    }

    private int init(List<String> words) throws UsageException, IOException, ApiFailure {
        Set<String> switches = new TreeSet<>(Session.SWITCHES);
        switches.add("status");
        Set<String> valued = new TreeSet<>(Session.VALUED);
        valued.addAll(Set.of("key-shares", "key-threshold", "n", "t"));
        Flags flags = Flags.parse(words, switches, valued);
        Session session = new Session(flags, surroundings);
        Output output = new Output(flags, surroundings);
        if (flags.isSet("status")) {
            boolean done =
                    new Fields(session.send("GET", "sys/init", Map.of()).orElse(Map.of())).flag("initialized", false);
            output.line(done ? "Vault is initialized" : "Vault is not initialized");
            return done ? 0 : 2;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("secret_shares", number(flags, "key-shares", "n", 5));
        body.put("secret_threshold", number(flags, "key-threshold", "t", 3));
        Map<String, Object> answer =
                session.send("PUT", "sys/init", body, Optional.empty()).orElse(Map.of());
        Fields made = new Fields(answer);
        List<String> base64 = made.list("keys_base64");
        if (output.isJson()) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("unseal_keys_b64", base64);
            shown.put("unseal_keys_hex", made.list("keys"));
            shown.put("unseal_shares", body.get("secret_shares"));
            shown.put("unseal_threshold", body.get("secret_threshold"));
            shown.put("recovery_keys_b64", List.of());
            shown.put("recovery_keys_hex", List.of());
            shown.put("recovery_keys_shares", 0);
            shown.put("recovery_keys_threshold", 0);
            shown.put("root_token", made.text("root_token"));
            output.json(shown);
            return 0;
        }
        for (int i = 0; i < base64.size(); i++) {
            output.line("Unseal Key " + (i + 1) + ": " + base64.get(i));
        }
        output.line("\nInitial Root Token: " + made.text("root_token"));
        output.line("\nVault initialized with " + body.get("secret_shares") + " key shares and a key threshold of "
                + body.get("secret_threshold") + ".");
        return 0;
    }

    private static int number(Flags flags, String name, String alias, int otherwise) throws UsageException {
        String text = flags.value(name).or(() -> flags.value(alias)).orElse(String.valueOf(otherwise));
        if (!text.matches("\\d{1,4}")) {
            throw new UsageException("-" + name + "=" + text + " is not a number");
        }
        return Integer.parseInt(text);
    }

    private int unseal(List<String> words) throws UsageException, IOException, ApiFailure {
        Set<String> switches = new TreeSet<>(Session.SWITCHES);
        switches.add("reset");
        Flags flags = Flags.parse(words, switches, Session.VALUED);
        Map<String, Object> body = flags.isSet("reset") ? Map.of("reset", true) : Map.of("key", key(flags));
        Map<String, Object> answer = new Session(flags, surroundings)
                .send("PUT", "sys/unseal", body, Optional.empty())
                .orElse(Map.of());
        Output output = new Output(flags, surroundings);
        if (output.isJson()) {
            output.json(answer);
        } else {
            Fields status = new Fields(answer);
            output.table("Key", "Value", rows(status, new Fields(Map.of()), status.flag("sealed", true)));
        }
        return 0;
    }

    private static String key(Flags flags) throws UsageException {
        if (!flags.arguments().isEmpty()) {
            return flags.argument("KEY");
        }
        return Surroundings.askSecret("Unseal Key (will be hidden): ");
    }

    private int simple(List<String> words, String path, String message) throws UsageException, IOException, ApiFailure {
        Flags flags = Flags.parse(words, Session.SWITCHES, Session.VALUED);
        Session session = new Session(flags, surroundings);
        session.send("PUT", path, Map.of());
        new Output(flags, surroundings).line(message.endsWith(" ") ? message + session.address() : message);
        return 0;
    }
}
