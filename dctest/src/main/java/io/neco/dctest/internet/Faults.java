package io.neco.dctest.internet;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The faults asked for, one line {@code server=mode} or {@code server=mode:number} each in a file that is read anew for
 * every request. No file, or a server that it does not name: no fault.
 */
public final class Faults {
    private final Path file;

    /** Faults that are described in {@code file}, which need not exist. */
    public Faults(Path file) {
        this.file = file;
    }

    /**
     * A fault.
     *
     * @param mode what happens, {@code none} for nothing
     * @param argument the number behind the colon, or -1
     */
    public record Fault(String mode, long argument) {
        /** The argument, or another number if none was given. */
        public long argumentOr(long other) {
            return argument >= 0 ? argument : other;
        }
    }

    /**
     * The present fault of a server.
     *
     * @throws IOException if the file cannot be read or has a bad number
     */
    public Fault of(String server) throws IOException {
        var all = new Properties();
        try {
            all.load(new StringReader(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return new Fault("none", -1);
        }
        var text = all.getProperty(server, "none").trim();
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Fault(text, -1);
        }
        try {
            return new Fault(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IOException(file + ": " + server + "=" + text + ": what follows the colon must be a number", e);
        }
    }
}
