package io.neco.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The part of a file that has been received, with its digest so far. */
final class PartialFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final MessageDigest digest;
    private long length;
    private long expected = -1;
    private Optional<String> validator = Optional.empty();

    PartialFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.WRITE);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    long length() {
        return length;
    }

    /** Size of the whole as the server tells it; -1: unknown. */
    long expected() {
        return expected;
    }

    void expect(long size) {
        expected = size;
    }

    /** By which the server recognises that the file has not changed meanwhile. */
    Optional<String> validator() {
        return validator;
    }

    /** Forgets what was received. */
    void restart(Optional<String> newValidator, long size) throws IOException {
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw failed(e);
        }
        digest.reset();
        length = 0;
        expected = size;
        validator = newValidator;
    }

    void append(ByteBuffer piece) throws IOException {
        digest.update(piece.duplicate());
        try {
            while (piece.hasRemaining()) {
                length += channel.write(piece);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The digest of everything received; afterwards the file must not grow. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    void sync() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private LocalFileException failed(IOException e) {
        return new LocalFileException(
                "cannot write " + path + " after " + length + (expected >= 0 ? " of " + expected : "") + " bytes: "
                        + e.getMessage(),
                e);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
