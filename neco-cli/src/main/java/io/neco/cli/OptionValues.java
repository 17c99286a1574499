package io.neco.cli;

import java.util.Iterator;
import java.util.List;

/** What options may be set to, for shells to complete. */
final class OptionValues {
    private OptionValues() {}

    /** Of {@code neco status}. */
    static final class StatusForms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("text", "table", "json", "yaml").iterator();
        }
    }

    /** Of {@code neco cert list}. */
    static final class ListForms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("text", "json", "yaml").iterator();
        }
    }

    /** Of what is done to machines. */
    static final class ResultForms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("text", "json").iterator();
        }
    }

    /** Severities of the log. */
    static final class LogLevels implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("critical", "error", "warning", "info", "debug").iterator();
        }
    }

    /** Forms of the log. */
    static final class LogFormats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("plain", "logfmt", "json").iterator();
        }
    }
}
