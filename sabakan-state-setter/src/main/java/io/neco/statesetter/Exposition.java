package io.neco.statesetter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads Prometheus' text format line by line and keeps the families that are asked for, so that the size of what a machine exports does not
 * matter. Source: https://prometheus.io/docs/instrumenting/exposition_formats.
 */
final class Exposition {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SPACE = Pattern.compile("[ \t]+");
    private static final int SHOWN = 80;

    private final Set<String> wanted;
    private final Map<String, String> kinds = new HashMap<>();
    private final Map<String, List<MetricFamily.Sample>> samples = new LinkedHashMap<>();
    private int number;

    /** @param wanted names of the families to keep */
    Exposition(Set<String> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    /** The families of a whole text; for what fits into memory. */
    static Map<String, MetricFamily> parse(String text, Set<String> wanted) {
        Exposition exposition = new Exposition(wanted);
        text.lines().forEach(exposition::line);
        return exposition.families();
    }

    /**
     * Takes a line.
     *
     * @throws IllegalArgumentException when it is not of the format; the message has its number and beginning
     */
    void line(String line) {
        number++;
        String text = line.strip();
        if (text.startsWith("#")) {
            comment(text);
        } else if (!text.isEmpty()) {
            sample(text);
        }
    }

    private void comment(String text) {
        String[] words = SPACE.split(text, 4);
        if (words.length == 4 && words[0].equals("#") && words[1].equals("TYPE") && wanted.contains(words[2])) {
            kinds.put(words[2], words[3].strip());
        }
    }

    private void sample(String text) {
        int end = 0;
        while (end < text.length() && "{ \t".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String name = text.substring(0, end);
        if (!NAME.matcher(name).matches()) {
            throw wrong(text, "a metric's name is expected");
        }
        Map<String, String> labels = new HashMap<>();
        String rest = text.substring(end).strip();
        if (rest.startsWith("{")) {
            int after = labels(rest, labels, text);
            rest = rest.substring(after).strip();
        }
        String[] words = SPACE.split(rest, -1);
        if (words.length > 2 || words[0].isEmpty()) {
            throw wrong(text, "a value, and a time at most, are expected after the name");
        }
        double value = value(words[0], text);
        String family = family(name);
        if (wanted.contains(family)) {
            samples.computeIfAbsent(family, n -> new ArrayList<>()).add(new MetricFamily.Sample(labels, value));
        }
    }

    /** The family a sample belongs to: histograms and summaries have some with suffixes. */
    private String family(String name) {
        for (String suffix : List.of("_bucket", "_sum", "_count")) {
            if (name.endsWith(suffix)) {
                String family = name.substring(0, name.length() - suffix.length());
                String kind = kinds.getOrDefault(family, "");
                if (kind.equals("histogram") || kind.equals("summary")) {
                    return family;
                }
            }
        }
        return name;
    }

    /** Reads {@code {a="b",…}}; returns where it ends. */
    private int labels(String text, Map<String, String> labels, String line) {
        int pos = 1;
        while (true) {
            pos = skipSpace(text, pos);
            if (pos < text.length() && text.charAt(pos) == '}') {
                return pos + 1;
            }
            int equals = text.indexOf('=', pos);
            if (equals < 0) {
                throw wrong(line, "a label is expected");
            }
            String name = text.substring(pos, equals).strip();
            pos = skipSpace(text, equals + 1);
            if (!NAME.matcher(name).matches() || pos >= text.length() || text.charAt(pos) != '"') {
                throw wrong(line, "a label is NAME=\"VALUE\"");
            }
            StringBuilder value = new StringBuilder();
            pos = quoted(text, pos + 1, value, line);
            labels.put(name, value.toString());
            pos = skipSpace(text, pos);
            if (pos < text.length() && text.charAt(pos) == ',') {
                pos++;
            } else if (pos >= text.length() || text.charAt(pos) != '}') {
                throw wrong(line, "a comma or a closing brace is expected after a label");
            }
        }
    }

    /** Reads a label's value up to its closing quote; returns what comes after that. */
    private int quoted(String text, int start, StringBuilder value, String line) {
        for (int pos = start; pos < text.length(); pos++) {
            char c = text.charAt(pos);
            if (c == '"') {
                return pos + 1;
            }
            if (c == '\\' && pos + 1 < text.length()) {
                char escaped = text.charAt(++pos);
                value.append(escaped == 'n' ? '\n' : escaped);
            } else {
                value.append(c);
            }
        }
        throw wrong(line, "a label's value does not end");
    }

    private static int skipSpace(String text, int pos) {
        int next = pos;
        while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
            next++;
        }
        return next;
    }

    private double value(String word, String line) {
        switch (word) {
            case "NaN" -> {
                return Double.NaN;
            }
            case "+Inf", "Inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-Inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                try {
                    return Double.parseDouble(word);
                } catch (NumberFormatException e) {
                    throw wrong(line, "\"" + word + "\" is no value");
                }
            }
        }
    }

    private IllegalArgumentException wrong(String line, String reason) {
        return new IllegalArgumentException("this is no metric of Prometheus' text format: line " + number + ": \""
                + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + "\": " + reason);
    }

    /** The families that were asked for and have samples. */
    Map<String, MetricFamily> families() {
        Map<String, MetricFamily> families = new LinkedHashMap<>();
        samples.forEach((name, list) -> families.put(name, new MetricFamily("gauge".equals(kinds.get(name)), list)));
        return families;
    }
}
