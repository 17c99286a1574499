package io.neco.dctest.vault.cli;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows answers as tables, as JSON, or one field of them alone. */
final class Output {
    private final PrintStream out;
    private final String format;
    private final Optional<String> field;

    Output(Flags flags, Surroundings surroundings) throws UsageException {
        this.out = surroundings.stdout();
        this.format = flags.value("format")
                .or(() -> surroundings.variable("VAULT_FORMAT"))
                .orElse("table");
        this.field = flags.value("field");
        if (!format.equals("table") && !format.equals("json")) {
            throw new UsageException(
                    "format " + format + " is not known to this stand-in for Vault: use table or json");
        }
    }

    boolean isJson() {
        return format.equals("json");
    }

    void line(String text) {
        out.println(text);
    }

    void json(Object value) {
        out.println(Json.pretty(value));
    }

    /**
     * Shows an answer.
     *
     * @return the exit code: 1 when a field was asked for that is not there
     */
    int secret(Map<String, Object> answer) {
        Map<String, Object> shown = flatten(answer);
        if (field.isPresent()) {
            Object value = shown.get(field.get());
            if (value == null) {
                out.println("Field \"" + field.get() + "\" not present in secret");
                return 1;
            }
            raw(value instanceof String text ? text : Json.text(value));
        } else if (isJson()) {
            json(answer);
        } else {
            warnings(answer);
            table("Key", "Value", shown);
        }
        return 0;
    }

    /** Text alone, with a newline for people only. */
    void raw(String text) {
        out.print(text);
        if (Surroundings.stdoutIsTerminal()) {
            out.println();
        }
        out.flush();
    }

    private void warnings(Map<String, Object> answer) {
        if (answer.get("warnings") instanceof List<?> list && !list.isEmpty()) {
            out.println("WARNING! The following warnings were returned from Vault:\n");
            list.forEach(warning -> out.println("  * " + warning + "\n"));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> flatten(Map<String, Object> answer) {
        Map<String, Object> rows = new LinkedHashMap<>();
        if (answer.get("auth") instanceof Map<?, ?> map) {
            Fields auth = new Fields((Map<String, Object>) map);
            rows.put("token", auth.text("client_token"));
            rows.put("token_accessor", auth.text("accessor"));
            long seconds = auth.number("lease_duration", 0);
            rows.put("token_duration", seconds == 0 ? "∞" : go(Duration.ofSeconds(seconds)));
            rows.put("token_renewable", auth.flag("renewable", false));
            rows.put("token_policies", quoted(auth.list("token_policies")));
            rows.put("identity_policies", "[]");
            rows.put("policies", quoted(auth.list("policies")));
            auth.object("metadata").values().forEach((name, value) -> rows.put("token_meta_" + name, value));
            return rows;
        }
        Fields fields = new Fields(answer);
        long lease = fields.number("lease_duration", 0);
        if (lease > 0) {
            rows.put("refresh_interval", go(Duration.ofSeconds(lease)));
        }
        rows.putAll(fields.object("data").values());
        return rows;
    }

    private static List<String> quoted(List<String> texts) {
        return texts.stream().map(text -> "\"" + text + "\"").toList();
    }

    static String go(Duration duration) {
        String hours = duration.toHours() > 0 ? duration.toHours() + "h" : "";
        String minutes = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "";
        return hours + minutes + duration.toSecondsPart() + "s";
    }

    /** Two columns, four blanks apart. */
    void table(String left, String right, Map<String, Object> rows) {
        int width = Math.max(
                left.length(),
                rows.keySet().stream().mapToInt(String::length).max().orElse(0));
        List<String> lines = new ArrayList<>();
        lines.add(left + " ".repeat(width - left.length() + 4) + right);
        lines.add("-".repeat(left.length()) + " ".repeat(width - left.length() + 4) + "-".repeat(right.length()));
        rows.forEach((key, value) -> lines.add(key + " ".repeat(width - key.length() + 4) + text(value)));
        lines.forEach(out::println);
    }

    private static String text(Object value) {
        if (value == null) {
            return "<nil>";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(" ", list.stream().map(String::valueOf).toList()) + "]";
        }
        if (value instanceof Map<?, ?> map) {
            return "map["
                    + String.join(
                            " ",
                            map.entrySet().stream()
                                    .map(e -> e.getKey() + ":" + e.getValue())
                                    .toList())
                    + "]";
        }
        String text = value.toString();
        return text.isEmpty() ? "n/a" : text;
    }
}
