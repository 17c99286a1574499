package io.neco.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A variable of this process as it was given. {@link System#getenv} knows what it is in the locale's characters, which not all bytes have. */
final class RawVariable {
    private RawVariable() {}

    /** Its bytes; none when it is not set. */
    static byte[] read(String name) throws IOException {
        // a character for every byte
        String environment = Files.readString(Path.of("/proc/self/environ"), StandardCharsets.ISO_8859_1);
        for (String variable : environment.split("\0", -1)) {
            if (variable.startsWith(name + "=")) {
                return variable.substring(name.length() + 1).getBytes(StandardCharsets.ISO_8859_1);
            }
        }
        return new byte[0];
    }
}
