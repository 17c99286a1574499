package io.neco.dctest.sabakan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One operation of GraphQL, without fragments, directives, and defaults of variables. Source: https://spec.graphql.org/October2021.
 *
 * @param isMutation whether it changes something
 * @param fields what is asked for
 */
record GraphqlDocument(boolean isMutation, List<Field> fields) {
    /** A field with its arguments (variables replaced) and what is asked of it; {@code key} is its name in the answer. */
    record Field(String key, String name, Map<String, @Nullable Object> arguments, List<Field> fields) {}

    private static final Pattern TOKEN = Pattern.compile(
            "[\\s,]*(?:#[^\n]*[\\s,]*)*(\"(?:[^\"\\\\]|\\\\.)*\"|[A-Za-z_]\\w*|-?\\d+|[{}()\\[\\]:!$=]|$)");

    /**
     * Understands an operation.
     *
     * @throws IllegalArgumentException if it is none, or has what is not supported here
     */
    static GraphqlDocument parse(String text, Map<String, Object> variables) {
        return new Parser(text, variables).document();
    }

    private static final class Parser {
        private final List<String> tokens = new ArrayList<>();
        private final Map<String, Object> variables;
        private int pos;

        Parser(String text, Map<String, Object> variables) {
            this.variables = variables;
            Matcher matcher = TOKEN.matcher(text);
            int end = 0;
            while (end < text.length()) {
                matcher.region(end, text.length());
                if (!matcher.lookingAt()) {
                    throw new IllegalArgumentException(
                            "Unexpected " + text.substring(end).strip());
                }
                if (!matcher.group(1).isEmpty()) {
                    tokens.add(matcher.group(1));
                }
                end = matcher.end();
            }
        }

        GraphqlDocument document() {
            boolean isMutation = accept("mutation");
            if (isMutation || accept("query")) {
                if (!peek().equals("{") && !peek().equals("(")) {
                    next();
                }
                if (accept("(")) {
                    while (!accept(")")) {
                        next();
                    }
                }
            }
            List<Field> fields = fields();
            if (pos < tokens.size()) {
                throw new IllegalArgumentException("Unexpected " + peek());
            }
            return new GraphqlDocument(isMutation, fields);
        }

        private List<Field> fields() {
            expect("{");
            List<Field> fields = new ArrayList<>();
            while (!accept("}")) {
                String key = next();
                String name = accept(":") ? next() : key;
                Map<String, @Nullable Object> arguments = accept("(") ? pairs(")") : Map.of();
                fields.add(new Field(key, name, arguments, peek().equals("{") ? fields() : List.of()));
            }
            return fields;
        }

        private Map<String, @Nullable Object> pairs(String end) {
            Map<String, @Nullable Object> pairs = new LinkedHashMap<>();
            while (!accept(end)) {
                String name = next();
                expect(":");
                pairs.put(name, value());
            }
            return pairs;
        }

        private @Nullable Object value() {
            String token = next();
            switch (token) {
                case "$" -> {
                    return variables.get(next());
                }
                case "{" -> {
                    return pairs("}");
                }
                case "[" -> {
                    List<@Nullable Object> list = new ArrayList<>();
                    while (!accept("]")) {
                        list.add(value());
                    }
                    return list;
                }
                case "null" -> {
                    return null;
                }
                default -> {
                    if (token.startsWith("\"")) {
                        return token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1");
                    }
                    return token.matches("-?\\d+") ? (Object) Long.parseLong(token) : token;
                }
            }
        }

        private String peek() {
            return pos < tokens.size() ? tokens.get(pos) : "<EOF>";
        }

        private String next() {
            if (pos >= tokens.size()) {
                throw new IllegalArgumentException("Unexpected <EOF>");
            }
            return tokens.get(pos++);
        }

        private boolean accept(String token) {
            if (peek().equals(token)) {
                pos++;
                return true;
            }
            return false;
        }

        private void expect(String token) {
            if (!accept(token)) {
                throw new IllegalArgumentException("Expected " + token + ", found " + peek());
            }
        }
    }
}
