package io.neco.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What has been received so far of a file, or of a piece at the end of a growing file, with its digest so far. */
final class PartialFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long start;
    private final boolean ownsChannel;
    private final Optional<MessageDigest> digest;
    private long length;
    private long furthest;
    private long expected = -1;
    private Optional<String> validator = Optional.empty();

    /**
     * A whole file.
     *
     * @param isDigested whether its digest will be asked for
     */
    PartialFile(Path path, boolean isDigested) throws IOException {
        this(path, FileChannel.open(path, StandardOpenOption.WRITE), 0, isDigested, true);
    }

    /**
     * What comes after the first bytes of a file.
     *
     * @param path its name, for messages
     * @param channel the file, open for writing; stays the caller's
     * @param start where in the file the first byte goes; what was behind it is lost
     * @param isDigested whether the digest will be asked for
     */
    PartialFile(Path path, FileChannel channel, long start, boolean isDigested) {
        this(path, channel, start, isDigested, false);
    }

    private PartialFile(Path path, FileChannel channel, long start, boolean isDigested, boolean ownsChannel) {
        this.path = path;
        this.channel = channel;
        this.start = start;
        this.digest = isDigested ? Optional.of(sha256Digest()) : Optional.empty();
        this.ownsChannel = ownsChannel;
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    long length() {
        return length;
    }

    /** The most that was ever received, also when it had to be forgotten. */
    long furthest() {
        return furthest;
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
            channel.truncate(start);
        } catch (IOException e) {
            throw failed(e);
        }
        digest.ifPresent(MessageDigest::reset);
        length = 0;
        expected = size;
        validator = newValidator;
    }

    /** Refuses what the disk has no room for before it is full. */
    void requireRoom() throws IOException {
        long needed = expected - length;
        long free = Files.exists(path) ? Files.getFileStore(path).getUsableSpace() : Long.MAX_VALUE;
        if (expected >= 0 && free < needed) {
            throw new LocalFileException(
                    "it takes " + needed + " more bytes, and only " + free + " are free in " + path.getParent());
        }
    }

    void append(ByteBuffer piece) throws IOException {
        digest.ifPresent(d -> d.update(piece.duplicate()));
        try {
            while (piece.hasRemaining()) {
                length += channel.write(piece, start + length);
            }
            furthest = Math.max(furthest, length);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The digest of everything received; afterwards the file must not grow. */
    String sha256() {
        MessageDigest all = digest.orElseThrow(() -> new IllegalStateException("nobody asked for a digest of " + path));
        return HexFormat.of().formatHex(all.digest());
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
        if (ownsChannel) {
            channel.close();
        }
    }
}
