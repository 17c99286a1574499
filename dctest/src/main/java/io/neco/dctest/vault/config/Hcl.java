package io.neco.dctest.vault.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of HCL 1 that Vault's configuration and policies are written in: blocks with labels, attributes with text,
 * numbers, booleans and lists, and comments.
 *
 * <p>Source: github.com/hashicorp/hcl, README of version 1.
 */
public final class Hcl {
    private final String text;
    private int position;
    private int line = 1;

    private Hcl(String text) {
        this.text = text;
    }

    /**
     * The inside of a file or a block.
     *
     * @param attributes values by name: String, Long, Double, Boolean or List
     * @param blocks the nested blocks in order
     */
    public record Body(Map<String, Object> attributes, List<Block> blocks) {

        /** The attribute as text, whatever its type. */
        public Optional<String> text(String name) {
            return Optional.ofNullable(attributes.get(name)).map(Object::toString);
        }

        /** The nested blocks of one type. */
        public List<Block> blocks(String type) {
            return blocks.stream().filter(block -> block.type().equals(type)).toList();
        }
    }

    /**
     * A block.
     *
     * @param line where it begins, counted from 1
     */
    public record Block(String type, List<String> labels, Body body, int line) {}

    /**
     * Parses a whole text.
     *
     * @throws IllegalArgumentException with the line, if the text is malformed
     */
    public static Body parse(String text) {
        Hcl parser = new Hcl(text);
        Body body = parser.body(false);
        return body;
    }

    private Body body(boolean nested) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        List<Block> blocks = new ArrayList<>();
        while (true) {
            skipBlanks();
            if (position >= text.length()) {
                if (nested) {
                    throw error("a block is not closed");
                }
                return new Body(attributes, blocks);
            }
            if (peek() == '}') {
                if (!nested) {
                    throw error("unexpected }");
                }
                position++;
                return new Body(attributes, blocks);
            }
            if (peek() == ',') {
                position++;
                continue;
            }
            entry(attributes, blocks);
        }
    }

    private void entry(Map<String, Object> attributes, List<Block> blocks) {
        int start = line;
        String name = peek() == '"' ? string() : identifier();
        List<String> labels = new ArrayList<>();
        skipBlanks();
        while (position < text.length() && peek() == '"') {
            labels.add(string());
            skipBlanks();
        }
        if (position >= text.length()) {
            throw error("unexpected end after \"" + name + "\"");
        }
        if (peek() == '{') {
            position++;
            blocks.add(new Block(name, List.copyOf(labels), body(true), start));
            return;
        }
        if ((peek() != '=' && peek() != ':') || !labels.isEmpty()) {
            throw error("expected = or { after \"" + name + "\"");
        }
        position++;
        skipBlanks();
        if (position < text.length() && peek() == '{') {
            position++;
            blocks.add(new Block(name, List.of(), body(true), start));
        } else if (attributes.put(name, value()) != null) {
            throw error("\"" + name + "\" is set twice");
        }
    }

    private Object value() {
        if (position >= text.length()) {
            throw error("a value is missing");
        }
        if (peek() == '"') {
            return string();
        }
        if (peek() == '[') {
            return list();
        }
        if (text.startsWith("<<", position)) {
            return heredoc();
        }
        int start = position;
        while (position < text.length() && "\n\r\t ,]}#".indexOf(peek()) < 0) {
            position++;
        }
        String word = text.substring(start, position);
        if (word.equals("true") || word.equals("false")) {
            return Boolean.valueOf(word);
        }
        try {
            if (word.contains(".")) {
                return Double.valueOf(word);
            }
            return Long.valueOf(word);
        } catch (NumberFormatException e) {
            throw error("\"" + word + "\" is not a value");
        }
    }

    private List<Object> list() {
        List<Object> items = new ArrayList<>();
        position++;
        boolean expectValue = true;
        while (true) {
            skipBlanks();
            if (position >= text.length()) {
                throw error("a list is not closed");
            }
            char c = peek();
            if (c == ']') {
                position++;
                return items;
            }
            if (c == ',') {
                if (expectValue) {
                    throw error("a list item is missing");
                }
                position++;
                expectValue = true;
            } else if (expectValue) {
                items.add(value());
                expectValue = false;
            } else {
                throw error("expected a comma in a list");
            }
        }
    }

    private String heredoc() {
        int end = text.indexOf('\n', position);
        if (end < 0) {
            throw error("a heredoc is not closed");
        }
        boolean indented = text.startsWith("<<-", position);
        String mark = text.substring(position + (indented ? 3 : 2), end).strip();
        StringBuilder content = new StringBuilder();
        position = end + 1;
        while (position < text.length()) {
            int next = text.indexOf('\n', position);
            String row = text.substring(position, next < 0 ? text.length() : next);
            position = next < 0 ? text.length() : next + 1;
            line++;
            if (row.strip().equals(mark)) {
                line++;
                return content.toString();
            }
            content.append(indented ? row.stripLeading() : row).append('\n');
        }
        throw error("a heredoc is not closed");
    }

    private String identifier() {
        int start = position;
        while (position < text.length() && (Character.isLetterOrDigit(peek()) || "_-.".indexOf(peek()) >= 0)) {
            position++;
        }
        if (start == position) {
            throw error("unexpected character '" + peek() + "'");
        }
        return text.substring(start, position);
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        position++;
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return out.toString();
            }
            if (c == '\n') {
                break;
            }
            out.append(c == '\\' ? escape() : c);
        }
        throw error("a string is not closed");
    }

    private char escape() {
        if (position >= text.length()) {
            throw error("a string is not closed");
        }
        char c = text.charAt(position++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '"', '\\' -> c;
            default -> throw error("unknown escape \\" + c);
        };
    }

    private void skipBlanks() {
        while (position < text.length()) {
            char c = peek();
            if (c == '\n') {
                line++;
                position++;
            } else if (Character.isWhitespace(c)) {
                position++;
            } else if (c == '#' || text.startsWith("//", position)) {
                int end = text.indexOf('\n', position);
                position = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", position)) {
                int end = text.indexOf("*/", position + 2);
                if (end < 0) {
                    throw error("a comment is not closed");
                }
                line += (int) text.substring(position, end)
                        .chars()
                        .filter(x -> x == '\n')
                        .count();
                position = end + 2;
            } else {
                return;
            }
        }
    }

    private char peek() {
        return text.charAt(position);
    }

    private IllegalArgumentException error(String problem) {
        return new IllegalArgumentException("line " + line + ": " + problem);
    }
}
