package io.neco.dctest.sabakan;

import io.neco.dctest.json.Fields;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks through an ignition template for what would keep sabakan from rendering it: directives that do not end, blocks
 * that are not closed, functions and metadata that do not exist. Nothing is rendered.
 */
final class TemplateTrial {
    private static final Pattern DIRECTIVE = Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?}}", Pattern.DOTALL);
    private static final Pattern METADATA = Pattern.compile("Metadata\\s+(?:\"([^\"]*)\"|`([^`]*)`)");
    private static final Pattern STRINGS = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`");
    private static final Pattern WORDS = Pattern.compile("(?<![.$\\w])[A-Za-z_]\\w*");
    private static final Set<String> OPENING = Set.of("if", "range", "with", "block", "define");
    private static final Set<String> FUNCTIONS = Set.of(
            "MyURL",
            "Metadata",
            "json",
            "add",
            "sub",
            "mul",
            "div",
            "if",
            "else",
            "end",
            "range",
            "with",
            "define",
            "block",
            "template",
            "and",
            "or",
            "not",
            "len",
            "index",
            "slice",
            "print",
            "printf",
            "println",
            "html",
            "js",
            "urlquery",
            "call",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "true",
            "false",
            "nil");

    private final Fields template;

    TemplateTrial(Map<String, Object> template) {
        this.template = new Fields(template);
    }

    /**
     * Looks.
     *
     * @throws ApiException 400 with the place and the reason
     */
    void run() throws ApiException {
        String version = template.text("version");
        if (!version.equals("2.2") && !version.equals("2.3")) {
            throw bad("unsupported ignition version: " + version);
        }
        if (!(template.values().get("template") instanceof Map<?, ?>)) {
            throw bad("the template is not an object");
        }
        Fields ignition = template.object("template");
        walk("passwd", ignition.values().get("passwd"));
        for (Fields file : objects(ignition.object("storage"), "files")) {
            String source = file.object("contents").text("source");
            check(file.text("path"), source.startsWith("data:") ? decoded(file.text("path"), source) : source);
        }
        for (String section : List.of("networkd", "systemd")) {
            for (Fields unit : objects(ignition.object(section), "units")) {
                check(unit.text("name"), unit.text("contents"));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Fields> objects(Fields section, String name) {
        return section.values().get(name) instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .map(item -> new Fields((Map<String, Object>) item))
                        .toList()
                : List.of();
    }

    private void walk(String name, @Nullable Object value) throws ApiException {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                walk(name + "." + entry.getKey(), entry.getValue());
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                walk(name + "[" + i + "]", list.get(i));
            }
        } else if (value instanceof String text) {
            check(name, text);
        }
    }

    private static String decoded(String path, String source) throws ApiException {
        int comma = source.indexOf(',');
        if (comma < 0) {
            throw bad(path + ": the data URL has no data");
        }
        if (source.substring(0, comma).endsWith(";base64")) {
            return new String(
                    java.util.Base64.getDecoder().decode(source.substring(comma + 1)), StandardCharsets.UTF_8);
        }
        try {
            return URLDecoder.decode(source.substring(comma + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(path + ": the data URL is not escaped well: " + e.getMessage());
        }
    }

    private void check(String name, String text) throws ApiException {
        Matcher directives = DIRECTIVE.matcher(text);
        int open = 0;
        int checked = 0;
        while (directives.find()) {
            checked = directives.end();
            String directive = directives.group(1);
            if (directive.startsWith("/*")) {
                continue;
            }
            checkWords(name, directive);
            String first = directive.split("\\s", 2)[0];
            if (OPENING.contains(first)) {
                open++;
            } else if (first.equals("end")) {
                open--;
            }
            if (open < 0) {
                throw bad("template: " + name + ": unexpected {{end}}");
            }
        }
        if (text.indexOf("{{", checked) >= 0) {
            throw bad("template: " + name + ": unclosed action");
        }
        if (open > 0) {
            throw bad("template: " + name + ": unexpected EOF");
        }
    }

    private void checkWords(String name, String directive) throws ApiException {
        Matcher words = WORDS.matcher(STRINGS.matcher(directive).replaceAll("\"\""));
        while (words.find()) {
            if (!FUNCTIONS.contains(words.group())) {
                throw bad("template: " + name + ": function \"" + words.group() + "\" not defined");
            }
        }
        Matcher metadata = METADATA.matcher(directive);
        while (metadata.find()) {
            String key = metadata.group(1) == null ? metadata.group(2) : metadata.group(1);
            if (!template.object("meta").values().containsKey(key)) {
                throw bad("template: " + name + ": error calling Metadata: no such meta data: " + key);
            }
        }
    }

    private static ApiException bad(String reason) {
        return ApiException.badRequest("invalid template: " + reason);
    }
}
