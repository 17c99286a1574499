package io.neco.tools.machines;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads comma-separated values: fields may be in quotes, a quote in them is doubled, empty lines are passed over. Source: RFC 4180, as
 * Go's encoding/csv takes it.
 */
final class CsvRecords {

    /**
     * A record.
     *
     * @param line the line it begins in, from 1
     * @param fields its fields
     */
    record Row(int line, List<String> fields) {
        Row {
            fields = List.copyOf(fields);
        }
    }

    private final String text;
    private int at;
    private int line = 1;

    private CsvRecords(String text) {
        this.text = text;
    }

    /**
     * All records.
     *
     * @throws IllegalArgumentException when a quote is not closed, or text follows one; the message tells the line
     */
    static List<Row> parse(String text) {
        // spreadsheets put a byte order mark before everything
        CsvRecords reader = new CsvRecords(text.replaceFirst("^\ufeff", "").replace("\r\n", "\n"));
        List<Row> records = new ArrayList<>();
        while (reader.at < reader.text.length()) {
            if (reader.text.charAt(reader.at) == '\n') {
                reader.at++;
                reader.line++;
            } else {
                records.add(reader.record());
            }
        }
        return records;
    }

    private Row record() {
        int start = line;
        List<String> fields = new ArrayList<>();
        while (true) {
            fields.add(peek() == '"' ? quoted() : plain());
            if (peek() == ',') {
                at++;
            } else {
                if (peek() == '\n') {
                    at++;
                    line++;
                }
                return new Row(start, fields);
            }
        }
    }

    private String plain() {
        int start = at;
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '\n') {
            if (text.charAt(at) == '"') {
                throw new IllegalArgumentException(
                        "line " + line + ": a quote in a field that does not begin with one");
            }
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        int start = line;
        StringBuilder field = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\n') {
                line++;
            }
            if (c != '"') {
                field.append(c);
            } else if (at < text.length() && peek() == '"') {
                field.append('"');
                at++;
            } else if (at == text.length() || peek() == ',' || peek() == '\n') {
                return field.toString();
            } else {
                throw new IllegalArgumentException("line " + line + ": text follows a field in quotes");
            }
        }
        throw new IllegalArgumentException("line " + start + ": a quote is not closed");
    }

    /** The next character; NUL at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }
}
