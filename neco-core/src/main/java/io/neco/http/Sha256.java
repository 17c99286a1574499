package io.neco.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a stream. A long one is piped through a program of the operating system, if there is one: Neco's daemons run with the
 * JVM's first compiler only, which does not know the processor's instructions for it and manages 160 MB/s where openssl manages 1600.
 */
final class Sha256 implements AutoCloseable {
    /** Streams below this size are not worth a process. */
    static final int LONG = 4 << 20;

    /** The fastest first. */
    static final List<List<String>> PROGRAMS =
            List.of(List.of("/usr/bin/openssl", "dgst", "-sha256", "-r"), List.of("/usr/bin/sha256sum", "-b"));

    private static final int HEX_DIGITS = 64;
    private static final int BUFFER = 64 << 10;
    private static final int DEADLINE_SECONDS = 60;

    private final MessageDigest digest = inProcess();
    private @Nullable Process process;
    private boolean isLost;

    /** Of a stream of this size in bytes; -1: unknown. */
    Sha256(long size) {
        this(size, PROGRAMS);
    }

    Sha256(long size, List<List<String>> programs) {
        if (size >= LONG) {
            start(programs);
        }
    }

    private void start(List<List<String>> programs) {
        for (List<String> program : programs) {
            if (Files.isExecutable(Path.of(program.get(0)))) {
                try {
                    process = new ProcessBuilder(program)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    return;
                } catch (IOException e) {
                    // no room for a process: the next one, or this process itself
                }
            }
        }
    }

    /** Goes on with the rest of a buffer, which stays as it is. */
    void update(ByteBuffer piece) {
        Process program = process;
        if (program == null) {
            digest.update(piece.duplicate());
        } else if (!isLost) {
            try {
                pipe(piece.duplicate(), program.getOutputStream());
            } catch (IOException e) {
                isLost = true;
            }
        }
    }

    private static void pipe(ByteBuffer piece, OutputStream out) throws IOException {
        if (piece.hasArray()) {
            out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
            return;
        }
        byte[] bytes = new byte[Math.min(piece.remaining(), BUFFER)];
        while (piece.hasRemaining()) {
            int count = Math.min(piece.remaining(), bytes.length);
            piece.get(bytes, 0, count);
            out.write(bytes, 0, count);
        }
    }

    /** The digest in hexadecimal; empty: the program failed, the stream has to be read again. */
    Optional<String> finish() throws InterruptedException {
        Process program = process;
        if (program == null) {
            return Optional.of(HexFormat.of().formatHex(digest.digest()));
        }
        if (isLost) {
            return Optional.empty();
        }
        try {
            program.getOutputStream().close();
            if (!program.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || program.exitValue() != 0) {
                return Optional.empty();
            }
            String said = new String(program.getInputStream().readNBytes(HEX_DIGITS), StandardCharsets.US_ASCII);
            return said.matches("[0-9a-f]{64}") ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            close();
        }
    }

    /** The digest of a piece of a file, by this process itself. */
    static String ofFile(Path file, long start, long length) throws IOException {
        MessageDigest digest = inProcess();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long done = 0;
            while (done < length) {
                buffer.clear().limit((int) Math.min(BUFFER, length - done));
                int count = channel.read(buffer, start + done);
                if (count < 0) {
                    break;
                }
                digest.update(buffer.flip());
                done += count;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest inProcess() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Ends the program. */
    @Override
    public void close() {
        Process program = process;
        if (program != null) {
            program.destroyForcibly();
        }
    }
}
