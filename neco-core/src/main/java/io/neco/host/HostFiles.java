package io.neco.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Files of the host, replaced as a whole or not at all: written beside the target, flushed to disk, given owner and mode, then
 * renamed over it. A reader never sees half a file, and a full disk leaves the old one in place.
 *
 * <p>Not final, so that a rehearsal can take note of what would be written instead.
 */
public class HostFiles {
    /** No file takes so long to be written. */
    private static final Duration LONGEST_WRITING = Duration.ofMinutes(10);

    private final HostRoot root;

    /** @param root where the host's file system begins */
    public HostFiles(HostRoot root) {
        this.root = root;
    }

    /** Where the host's file system begins. */
    public HostRoot root() {
        return root;
    }

    /** The path that stands for {@code absolute}. */
    public Path path(String absolute) {
        return root.resolve(absolute);
    }

    /** Whether anything is at {@code absolute}. */
    public boolean exists(String absolute) {
        return Files.exists(root.resolve(absolute));
    }

    /** The text of a file, or empty when there is no such file. */
    public Optional<String> readIfExists(String absolute) throws IOException {
        try {
            return Optional.of(Files.readString(root.resolve(absolute)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** When a file was last written; empty when there is none. */
    public Optional<Instant> lastModified(String absolute) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(root.resolve(absolute)).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The text of a file. */
    public String read(String absolute) throws IOException {
        return Files.readString(root.resolve(absolute));
    }

    /** Writes {@code text} to {@code absolute}, creating parent directories; see {@link FileMode}. */
    public void write(String absolute, String text, FileMode mode) throws IOException {
        write(absolute, text.getBytes(StandardCharsets.UTF_8), mode);
    }

    /** Writes {@code data} to {@code absolute}, creating parent directories (0755). */
    public void write(String absolute, byte[] data, FileMode mode) throws IOException {
        try (Staged staged = stage(absolute, data, mode)) {
            staged.commit();
        }
    }

    /**
     * A file to be written.
     *
     * @param absolute its path
     * @param text its whole content
     * @param mode its mode and owner
     */
    public record NewText(String absolute, String text, FileMode mode) {}

    /**
     * Writes files that are of use only together: all are on the disk before the first one is given its name, so that a disk that is full
     * leaves all of them as they were. They are given their names one after the other, in this order.
     */
    public void writeTogether(List<NewText> files) throws IOException {
        List<Staged> staged = new ArrayList<>();
        try {
            for (NewText file : files) {
                staged.add(stage(file.absolute(), file.text().getBytes(StandardCharsets.UTF_8), file.mode()));
            }
            for (Staged file : staged) {
                file.commit();
            }
        } finally {
            for (Staged file : staged) {
                file.close();
            }
        }
    }

    /** Content that is on the disk below a temporary name. */
    private record Staged(Path temp, Path target) implements AutoCloseable {
        void commit() throws IOException {
            try {
                Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw unchanged(target, e);
            }
            syncDirectory(parent(target));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(temp);
        }
    }

    private static IOException unchanged(Path target, IOException cause) {
        return new IOException(
                "cannot write " + target + ": " + reason(cause) + "; the previous file, if any, is unchanged", cause);
    }

    private static Path parent(Path target) {
        return java.util.Objects.requireNonNull(target.getParent(), "a file has a parent");
    }

    private Staged stage(String absolute, byte[] data, FileMode mode) throws IOException {
        Path target = root.resolve(absolute);
        Path parent = parent(target);
        Files.createDirectories(parent);
        deleteAbandoned(parent, target.getFileName().toString());
        Path temp = Files.createTempFile(
                parent,
                "." + target.getFileName() + ".",
                ".tmp",
                attribute(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
        boolean isDone = false;
        try {
            try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(data);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            mode.applyTo(temp, root);
            isDone = true;
            return new Staged(temp, target);
        } catch (IOException e) {
            throw unchanged(target, e);
        } finally {
            if (!isDone) {
                Files.deleteIfExists(temp);
            }
        }
    }

    /** What was on its way to the same file, a private key perhaps, when its program was killed or the power failed. */
    private static void deleteAbandoned(Path directory, String name) throws IOException {
        Pattern temporary = Pattern.compile("\\." + Pattern.quote(name) + "\\.\\d+\\.tmp");
        Instant limit = Instant.now().minus(LONGEST_WRITING);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (temporary.matcher(entry.getFileName().toString()).matches()
                        && Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (NoSuchFileException e) {
            // another program has just finished with it; what is left is deleted the next time
        }
    }

    /**
     * Writes {@code text} unless the file already has exactly that content.
     *
     * @return whether the file was replaced
     */
    public boolean replace(String absolute, String text, FileMode mode) throws IOException {
        if (holds(absolute, text)) {
            applyMode(absolute, mode);
            return false;
        }
        write(absolute, text, mode);
        return true;
    }

    /** Whether a file has exactly the content {@code text}. */
    public boolean holds(String absolute, String text) throws IOException {
        Path target = root.resolve(absolute);
        return Files.isRegularFile(target)
                && Arrays.equals(Files.readAllBytes(target), text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Gives a file mode and owner if it is there and has others, e.g. since an earlier version of Neco wrote it, or a backup was restored.
     *
     * @return whether permissions or owner were changed
     */
    public boolean setMode(String absolute, FileMode mode) throws IOException {
        Path target = root.resolve(absolute);
        if (!Files.isRegularFile(target) || mode.isOf(target, root)) {
            return false;
        }
        applyMode(absolute, mode);
        return true;
    }

    /** Gives a file mode and owner, and leaves its content alone. */
    protected void applyMode(String absolute, FileMode mode) throws IOException {
        mode.applyTo(root.resolve(absolute), root);
    }

    /** Creates a directory and its parents, and gives it mode and owner. */
    public void createDirectory(String absolute, FileMode mode) throws IOException {
        Path dir = root.resolve(absolute);
        Files.createDirectories(dir);
        mode.applyTo(dir, root);
    }

    /** Gives a file or a directory another name on the same file system; there must be nothing of that name. */
    public void rename(String absolute, String newAbsolute) throws IOException {
        Files.move(path(absolute), path(newAbsolute));
    }

    /** Renames a file or a directory to the first free name of {@code absolute.old-1}, {@code absolute.old-2}, …; returns that name. */
    public String setAside(String absolute) throws IOException {
        String aside = absolute + ".old-1";
        for (int i = 2; exists(aside); i++) {
            aside = absolute + ".old-" + i;
        }
        rename(absolute, aside);
        return aside;
    }

    /** Deletes a file; no error when there is none. */
    public void deleteIfExists(String absolute) throws IOException {
        Files.deleteIfExists(root.resolve(absolute));
    }

    /** Copies a stream to a new temporary file (0600) in {@code directory}, flushed to disk. The caller deletes it. */
    public Path copyToTemporary(String directory, String prefix, String suffix, InputStream in) throws IOException {
        Path dir = root.resolve(directory);
        Files.createDirectories(dir);
        Path temp = Files.createTempFile(dir, prefix, suffix);
        boolean done = false;
        try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
            in.transferTo(java.nio.channels.Channels.newOutputStream(channel));
            channel.force(true);
            done = true;
        } catch (IOException e) {
            throw new IOException("cannot write " + temp + ": " + reason(e), e);
        } finally {
            if (!done) {
                Files.deleteIfExists(temp);
            }
        }
        return temp;
    }

    /** Flushes to disk what another program has written into {@code directory}: its files, not those further down. */
    public void flushFilesOf(String directory) throws IOException {
        Path dir = root.resolve(directory);
        if (!Files.isDirectory(dir)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir, Files::isRegularFile)) {
            for (Path file : entries) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
        syncDirectory(dir);
    }

    private static void syncDirectory(Path dir) throws IOException {
        try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
