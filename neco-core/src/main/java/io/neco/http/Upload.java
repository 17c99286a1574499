package io.neco.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A request's body of known length, made of bytes and files, read as the connection takes it: memory stays constant however large the
 * files are. It tells how far it has come, so that a connection that takes nothing any more can be given up.
 */
public final class Upload {
    /** As much as the JDK gives to a socket at once. */
    private static final int PIECE = 128 * 1024;

    private final List<Part> parts;
    private final long length;
    private final LongConsumer progress;
    private volatile long sent;
    private volatile long lastProgress = System.nanoTime();

    /** A part of a body. */
    public sealed interface Part {
        /** Its length in bytes. */
        long length();

        /**
         * Bytes.
         *
         * @param data not to be changed afterwards
         */
        @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
        record Bytes(byte[] data) implements Part {
            @Override
            public long length() {
                return data.length;
            }
        }

        /**
         * A file.
         *
         * @param file the file
         * @param length how much of it, from its beginning
         */
        record OfFile(Path file, long length) implements Part {}
    }

    /**
     * A body.
     *
     * @param parts what it consists of
     * @param progress told after each piece how many bytes were sent so far; starts anew when it is sent again
     */
    public Upload(List<Part> parts, LongConsumer progress) {
        this.parts = List.copyOf(parts);
        this.length = parts.stream().mapToLong(Part::length).sum();
        this.progress = progress;
    }

    /** How many bytes it has in all. */
    public long length() {
        return length;
    }

    /** How many bytes the connection has taken so far. */
    public long sent() {
        return sent;
    }

    /** When something was sent last, by {@link System#nanoTime()}. */
    long lastProgress() {
        return lastProgress;
    }

    /**
     * Sends it.
     *
     * @throws LocalFileException when a file cannot be read
     * @throws IOException when the connection fails
     */
    void writeTo(OutputStream out) throws IOException {
        sent = 0;
        lastProgress = System.nanoTime();
        for (Part part : parts) {
            if (part instanceof Part.Bytes bytes) {
                out.write(bytes.data());
                took(bytes.data().length);
            } else {
                write((Part.OfFile) part, out);
            }
        }
    }

    private void write(Part.OfFile part, OutputStream out) throws IOException {
        try (FileChannel channel = open(part.file())) {
            byte[] piece = new byte[PIECE];
            for (long position = 0; position < part.length(); ) {
                int size = read(part, channel, ByteBuffer.wrap(piece), position);
                out.write(piece, 0, size);
                took(size);
                position += size;
            }
        }
    }

    private void took(int size) {
        long total = sent + size;
        sent = total;
        lastProgress = System.nanoTime();
        progress.accept(total);
    }

    private static FileChannel open(Path file) throws LocalFileException {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static int read(Part.OfFile part, FileChannel channel, ByteBuffer piece, long position)
            throws LocalFileException {
        try {
            piece.limit((int) Math.min(piece.capacity(), part.length() - position));
            int size = channel.read(piece);
            if (size < 0) {
                throw new IOException("it ends after " + position + " bytes, but had " + part.length() + " before");
            }
            return size;
        } catch (IOException e) {
            throw unreadable(part.file(), e);
        }
    }

    private static LocalFileException unreadable(Path file, IOException cause) {
        return new LocalFileException("cannot read " + file + ": " + cause.getMessage(), cause);
    }
}
