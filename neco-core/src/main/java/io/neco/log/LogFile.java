package io.neco.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;

/** A file that log lines are appended to, and that is opened again when somebody has given it another name, such as logrotate. */
final class LogFile extends OutputStream {
    private final Path path;
    private OutputStream out;

    /** @throws IOException {@code open FILE: …} */
    LogFile(Path path) throws IOException {
        this.path = path.toAbsolutePath();
        this.out = open(path);
    }

    /**
     * Goes on in the file that has the name now, made if there is none.
     *
     * @throws IOException when that is not possible; lines go where they went before
     */
    synchronized void reopen() throws IOException {
        OutputStream next = open(path);
        out.close();
        out = next;
    }

    @Override
    public synchronized void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    private static OutputStream open(Path file) throws IOException {
        try {
            return new FileOutputStream(file.toFile(), true);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage()).replaceFirst(".*\\((.*)\\)$", "$1");
            throw new IOException(
                    "open " + file + ": " + reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1), e);
        }
    }
}
