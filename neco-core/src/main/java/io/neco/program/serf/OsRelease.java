package io.neco.program.serf;

import java.util.Optional;

/**
 * What {@code /etc/os-release} says of the operating system; source: progs/serf/ at 1eec387.
 *
 * @param name e.g. {@code Ubuntu}
 * @param versionId e.g. {@code 22.04}
 */
public record OsRelease(String name, String versionId) {

    /**
     * Reads the file's text.
     *
     * @throws IllegalArgumentException when name or version is missing; the message says which
     */
    public static OsRelease parse(String text) {
        return new OsRelease(
                value(text, "NAME").orElseThrow(() -> new IllegalArgumentException("failed to get os type: no NAME")),
                value(text, "VERSION_ID")
                        .orElseThrow(() -> new IllegalArgumentException("failed to get os version: no VERSION_ID")));
    }

    private static Optional<String> value(String text, String key) {
        return text.lines()
                .map(line -> line.split("=", -1))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
                .map(parts -> unquoted(parts[1].strip()))
                .findFirst();
    }

    private static String unquoted(String value) {
        return value.replaceAll("^\"+|\"+$", "");
    }
}
