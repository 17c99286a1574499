package io.neco.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.host.Command;
import io.neco.host.CommandRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A snapshot of etcd that was found whole.
 *
 * @param file where it is, unpacked
 * @param sha256 its checksum in hexadecimal; the same snapshot has the same one on every server
 * @param revision etcd's revision in it
 * @param keys how many keys it has, with those of past revisions
 */
record SnapshotFile(Path file, String sha256, long revision, long keys) {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final String PACKED = ".tar.gz";
    private static final int PAGE = 512;
    private static final int CHECKSUM = 32;
    private static final int BUFFER = 1 << 16;

    /**
     * Unpacks and checks a snapshot.
     *
     * @param given as {@code etcdctl snapshot save} writes it, or packed as the hourly backup leaves it
     * @param work an empty directory to unpack it to
     * @param etcdctl etcd's program
     * @throws IOException when it is missing, cut, or changed
     */
    static SnapshotFile check(Path given, Path work, String etcdctl, CommandRunner commands)
            throws IOException, InterruptedException {
        if (!Files.isRegularFile(given)) {
            throw new IOException("there is no file " + given + "; backups are in /var/lib/etcd-backup");
        }
        Path file = given.toString().endsWith(PACKED) ? unpacked(given, work, commands) : given;
        String sha256 = checksum(file, given);
        String answer = commands.run(Command.of(etcdctl, "snapshot", "status", file.toString(), "--write-out=json")
                        .within(DEADLINE))
                .orThrow()
                .stdout();
        try {
            JsonNode status = new ObjectMapper().readTree(answer);
            return new SnapshotFile(
                    file,
                    sha256,
                    status.path("revision").asLong(),
                    status.path("totalKey").asLong());
        } catch (JsonProcessingException e) {
            throw new IOException("cannot understand what etcdctl says of " + given + ": " + answer.strip(), e);
        }
    }

    private static Path unpacked(Path given, Path work, CommandRunner commands)
            throws IOException, InterruptedException {
        commands.run(Command.of(
                                "tar",
                                "--extract",
                                "--gzip",
                                "--no-same-owner",
                                "--file=" + given,
                                "--directory=" + work)
                        .within(DEADLINE))
                .orThrow();
        try (Stream<Path> found = Files.walk(work)) {
            List<Path> files = found.filter(Files::isRegularFile).toList();
            if (files.size() != 1) {
                throw new IOException(given + " holds " + files.size() + " files, but a backup of etcd is one");
            }
            return files.get(0);
        }
    }

    /** {@code etcdctl snapshot save} appends the SHA-256 of all that is before it. */
    private static String checksum(Path file, Path given) throws IOException {
        long size = Files.size(file);
        if (size % PAGE != CHECKSUM) {
            throw new IOException(
                    given + " is cut, or no snapshot of etcd: it does not end with a checksum; take one that"
                            + " `etcdctl snapshot save` has written to its end");
        }
        MessageDigest digest = newDigest();
        byte[] stored;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            long left = size - CHECKSUM;
            while (left > 0) {
                int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                if (count == 0) {
                    throw new IOException(given + " became shorter while it was read");
                }
                digest.update(buffer, 0, count);
                left -= count;
            }
            stored = in.readNBytes(CHECKSUM);
        }
        if (!Arrays.equals(digest.digest(), stored)) {
            throw new IOException(given
                    + " was changed or damaged after it was written: its checksum is wrong; take another" + " backup");
        }
        return HexFormat.of().formatHex(stored);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
