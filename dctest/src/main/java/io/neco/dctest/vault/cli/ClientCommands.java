package io.neco.dctest.vault.cli;

import io.neco.dctest.json.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The commands that read and write: data, logins, tokens, mounts, policies. */
final class ClientCommands {
    private final Surroundings surroundings;

    ClientCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static Flags flags(List<String> words, Set<String> switches, Set<String> valued) throws UsageException {
        Set<String> allSwitches = new TreeSet<>(Session.SWITCHES);
        allSwitches.addAll(switches);
        Set<String> allValued = new TreeSet<>(Session.VALUED);
        allValued.addAll(valued);
        return Flags.parse(words, allSwitches, allValued);
    }

    int read(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of(), Set.of());
        String path = flags.argument("PATH");
        Optional<Map<String, Object>> answer;
        try {
            answer = new Session(flags, surroundings).send("GET", path, Map.of());
        } catch (ApiFailure e) {
            return absent(e, "No value found at " + path);
        }
        return new Output(flags, surroundings).secret(answer.orElse(Map.of()));
    }

    private int absent(ApiFailure failure, String message) throws ApiFailure {
        if (failure.status() != 404 || !String.valueOf(failure.getMessage()).endsWith("Errors:\n\n")) {
            throw failure;
        }
        surroundings.stderr().println(message);
        return 2;
    }

    int write(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of("f", "force"), Set.of());
        if (flags.arguments().isEmpty()) {
            throw new UsageException("expected a path");
        }
        String path = flags.arguments().get(0);
        Map<String, Object> data =
                KeyValues.parse(flags.arguments().subList(1, flags.arguments().size()), surroundings);
        if (data.isEmpty() && !flags.isSet("f") && !flags.isSet("force")) {
            throw new UsageException("must supply data or use -force");
        }
        Output output = new Output(flags, surroundings);
        Optional<Map<String, Object>> answer = new Session(flags, surroundings).send("PUT", path, data);
        if (answer.isPresent()) {
            return output.secret(answer.get());
        }
        output.line("Success! Data written to: " + path);
        return 0;
    }

    int delete(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of(), Set.of());
        String path = flags.argument("PATH");
        new Session(flags, surroundings).send("DELETE", path, Map.of());
        new Output(flags, surroundings).line("Success! Data deleted (if it existed) at: " + path);
        return 0;
    }

    int list(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of(), Set.of());
        String path = flags.argument("PATH");
        Map<String, Object> answer;
        try {
            answer = new Session(flags, surroundings)
                    .send("LIST", path, Map.of())
                    .orElse(Map.of());
        } catch (ApiFailure e) {
            return absent(e, "No value found at " + path);
        }
        List<String> keys = new Fields(answer).object("data").list("keys");
        Output output = new Output(flags, surroundings);
        if (output.isJson()) {
            output.json(keys);
        } else {
            output.line("Keys\n----");
            keys.forEach(output::line);
        }
        return 0;
    }

    int login(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of("token-only", "no-store"), Set.of("method", "path"));
        boolean tokenOnly = flags.isSet("token-only");
        Session session = new Session(flags, surroundings);
        String method = flags.value("method").orElse("token");
        Map<String, Object> answer = switch (method) {
            case "token" -> tokenLogin(flags, session);
            case "userpass" -> passwordLogin(flags, session);
            default -> throw new UsageException("login method " + method + " is not known to this stand-in for Vault");
        };
        String token = new Fields(answer).object("auth").text("client_token");
        if (!tokenOnly && !flags.isSet("no-store")) {
            TokenFile.write(surroundings.tokenFile(), token);
        }
        Output output = new Output(flags, surroundings);
        if (tokenOnly) {
            output.raw(token);
            return 0;
        }
        if (!output.isJson() && flags.value("field").isEmpty()) {
            output.line("Success! You are now authenticated.\n");
        }
        return output.secret(answer);
    }

    private Map<String, Object> tokenLogin(Flags flags, Session session)
            throws UsageException, IOException, ApiFailure {
        if (flags.arguments().size() > 1) {
            throw new UsageException("expected at most one argument: TOKEN");
        }
        String given = flags.arguments().isEmpty() ? "" : flags.arguments().get(0);
        String token = given.isEmpty()
                ? Surroundings.askSecret("Token (will be hidden): ")
                : given.equals("-") ? stdin().strip() : given;
        Map<String, Object> self = session.send("GET", "auth/token/lookup-self", Map.of(), Optional.of(token))
                .orElse(Map.of());
        Fields data = new Fields(self).object("data");
        Map<String, Object> auth = new LinkedHashMap<>();
        auth.put("client_token", token);
        auth.put("accessor", data.text("accessor"));
        auth.put("policies", data.list("policies"));
        auth.put("token_policies", data.list("policies"));
        auth.put("lease_duration", data.number("ttl", 0));
        auth.put("renewable", data.flag("renewable", false));
        return Map.of("auth", auth);
    }

    private Map<String, Object> passwordLogin(Flags flags, Session session)
            throws UsageException, IOException, ApiFailure {
        Map<String, Object> given = KeyValues.parse(flags.arguments(), surroundings);
        Fields data = new Fields(given);
        if (data.text("username").isEmpty()) {
            throw new UsageException("'username' must be specified");
        }
        String password =
                data.has("password") ? data.text("password") : Surroundings.askSecret("Password (will be hidden): ");
        String mount = flags.value("path").orElse("userpass").replaceAll("^/+|/+$", "");
        return session.send(
                        "PUT",
                        "auth/" + mount + "/login/" + data.text("username"),
                        Map.of("password", password),
                        Optional.empty())
                .orElse(Map.of());
    }

    private String stdin() throws IOException {
        return new String(surroundings.stdin().readAllBytes(), StandardCharsets.UTF_8);
    }

    int token(List<String> words) throws UsageException, IOException, ApiFailure {
        String command = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.subList(Math.min(1, words.size()), words.size());
        return switch (command) {
            case "revoke" -> tokenRevoke(rest);
            case "lookup" -> tokenLookup(rest);
            case "create" -> tokenCreate(rest);
            default -> throw unknown("token", command);
        };
    }

    private int tokenRevoke(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of("self", "accessor"), Set.of("mode"));
        Session session = new Session(flags, surroundings);
        boolean self = flags.isSet("self");
        if (self != flags.arguments().isEmpty()) {
            throw new UsageException("give either -self or a token");
        }
        if (self) {
            session.send("PUT", "auth/token/revoke-self", Map.of());
        } else if (flags.isSet("accessor")) {
            session.send(
                    "PUT",
                    "auth/token/revoke-accessor",
                    Map.of("accessor", flags.arguments().get(0)));
        } else {
            String path = flags.value("mode").orElse("").equals("orphan") ? "revoke-orphan" : "revoke";
            session.send(
                    "PUT",
                    "auth/token/" + path,
                    Map.of("token", flags.arguments().get(0)));
        }
        new Output(flags, surroundings).line("Success! Revoked token (if it existed)");
        return 0;
    }

    private int tokenLookup(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of("accessor"), Set.of());
        Session session = new Session(flags, surroundings);
        Optional<Map<String, Object>> answer;
        if (flags.arguments().isEmpty()) {
            answer = session.send("GET", "auth/token/lookup-self", Map.of());
        } else if (flags.isSet("accessor")) {
            answer = session.send("PUT", "auth/token/lookup-accessor", Map.of("accessor", flags.argument("ACCESSOR")));
        } else {
            answer = session.send("PUT", "auth/token/lookup", Map.of("token", flags.argument("TOKEN")));
        }
        return new Output(flags, surroundings).secret(answer.orElse(Map.of()));
    }

    private int tokenCreate(List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(
                words,
                Set.of("orphan", "no-default-policy"),
                Set.of("policy", "ttl", "explicit-max-ttl", "display-name", "use-limit", "id", "period"));
        Map<String, Object> body = new LinkedHashMap<>();
        List<Object> policies = new ArrayList<>(flags.values("policy"));
        body.put("policies", policies);
        for (String name : List.of("ttl", "explicit-max-ttl", "display-name", "id", "period")) {
            flags.value(name).ifPresent(value -> body.put(name.replace('-', '_'), value));
        }
        flags.value("use-limit").ifPresent(value -> body.put("num_uses", value));
        body.put("no_default_policy", flags.isSet("no-default-policy"));
        body.put("no_parent", flags.isSet("orphan"));
        return new Output(flags, surroundings)
                .secret(new Session(flags, surroundings)
                        .send("POST", "auth/token/create", body)
                        .orElse(Map.of()));
    }

    /** {@code auth}, {@code secrets} and {@code audit}: enable, disable, list. */
    int mounts(String kind, List<String> words) throws UsageException, IOException, ApiFailure {
        String command = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.subList(Math.min(1, words.size()), words.size());
        return switch (command) {
            case "enable" -> enable(kind, rest);
            case "disable" -> disable(kind, rest);
            case "list" -> listMounts(kind, rest);
            default -> throw unknown(kind, command);
        };
    }

    private static String api(String kind) {
        return switch (kind) {
            case "auth" -> "sys/auth";
            case "audit" -> "sys/audit";
            default -> "sys/mounts";
        };
    }

    private int enable(String kind, List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(
                words,
                Set.of("local"),
                Set.of("path", "description", "default-lease-ttl", "max-lease-ttl", "version", "options"));
        if (flags.arguments().isEmpty()) {
            throw new UsageException("expected a type");
        }
        String type = flags.arguments().get(0);
        String path = flags.value("path").orElse(type).replaceAll("^/+|/+$", "");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", type);
        body.put("description", flags.value("description").orElse(""));
        Map<String, Object> options = new LinkedHashMap<>();
        flags.value("version").ifPresent(version -> options.put("version", version));
        if (kind.equals("audit")) {
            options.putAll(KeyValues.parse(
                    flags.arguments().subList(1, flags.arguments().size()), surroundings));
        } else {
            Map<String, Object> config = new LinkedHashMap<>();
            config.put("default_lease_ttl", flags.value("default-lease-ttl").orElse(""));
            config.put("max_lease_ttl", flags.value("max-lease-ttl").orElse(""));
            body.put("config", config);
        }
        body.put("options", options);
        new Session(flags, surroundings).send("POST", api(kind) + "/" + path, body);
        String what = switch (kind) {
            case "auth" -> type + " auth method at: ";
            case "audit" -> "the " + type + " audit device at: ";
            default -> "the " + type + " secrets engine at: ";
        };
        new Output(flags, surroundings).line("Success! Enabled " + what + path + "/");
        return 0;
    }

    private int disable(String kind, List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of(), Set.of());
        String path = flags.argument("PATH").replaceAll("^/+|/+$", "");
        new Session(flags, surroundings).send("DELETE", api(kind) + "/" + path, Map.of());
        new Output(flags, surroundings).line("Success! Disabled (if it existed) at: " + path + "/");
        return 0;
    }

    private int listMounts(String kind, List<String> words) throws UsageException, IOException, ApiFailure {
        Flags flags = flags(words, Set.of("detailed"), Set.of());
        Map<String, Object> answer = new Session(flags, surroundings)
                .send("GET", api(kind), Map.of())
                .orElse(Map.of());
        Map<String, Object> mounts = new Fields(answer).object("data").values();
        Output output = new Output(flags, surroundings);
        if (output.isJson()) {
            output.json(mounts);
        } else {
            Map<String, Object> rows = new LinkedHashMap<>();
            mounts.forEach((path, mount) -> {
                if (mount instanceof Map<?, ?> described) {
                    rows.put(path, described.get("type"));
                }
            });
            output.table("Path", "Type", rows);
        }
        return 0;
    }

    int policy(List<String> words) throws UsageException, IOException, ApiFailure {
        String command = words.isEmpty() ? "" : words.get(0);
        Flags flags = flags(words.subList(Math.min(1, words.size()), words.size()), Set.of(), Set.of());
        Session session = new Session(flags, surroundings);
        Output output = new Output(flags, surroundings);
        switch (command) {
            case "write" -> {
                if (flags.arguments().size() != 2) {
                    throw new UsageException("expected two arguments: NAME FILE");
                }
                String name = flags.arguments().get(0);
                String file = flags.arguments().get(1);
                String text = file.equals("-") ? stdin() : Files.readString(Path.of(file));
                session.send("PUT", "sys/policies/acl/" + name, Map.of("policy", text));
                output.line("Success! Uploaded policy: " + name);
            }
            case "read" -> {
                Map<String, Object> answer = session.send("GET", "sys/policies/acl/" + flags.argument("NAME"), Map.of())
                        .orElse(Map.of());
                output.line(new Fields(answer).object("data").text("policy"));
            }
            case "delete" -> {
                session.send("DELETE", "sys/policies/acl/" + flags.argument("NAME"), Map.of());
                output.line("Success! Deleted policy: " + flags.argument("NAME"));
            }
            case "list" -> {
                Map<String, Object> answer =
                        session.send("LIST", "sys/policies/acl", Map.of()).orElse(Map.of());
                new Fields(answer).object("data").list("keys").forEach(output::line);
            }
            default -> throw unknown("policy", command);
        }
        return 0;
    }

    static UsageException unknown(String group, String command) {
        return new UsageException("command \"" + group + " " + command + "\" is not known to this stand-in for Vault");
    }
}
