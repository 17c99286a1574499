package io.neco.contents;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory (0700) for files on their way from the Internet to sabakan; it is removed when it is closed. It is held by a lock, so that
 * the next one made removes what a killed process left.
 */
public final class WorkingDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkingDirectory.class);
    private static final String PREFIX = "neco-contents-";
    private static final String LOCK = ".lock";

    private final Path path;
    private final FileChannel lock;

    private WorkingDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes one below {@code parent}, and removes those nobody holds any more. */
    public static WorkingDirectory create(Path parent) throws IOException {
        try {
            Files.createDirectories(parent);
            removeAbandoned(parent);
            Path path = Files.createTempDirectory(parent, PREFIX);
            FileChannel lock = open(path);
            try {
                if (lock.tryLock() == null) {
                    throw new IOException("another process has locked " + path);
                }
                return new WorkingDirectory(path, lock);
            } catch (IOException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IOException("cannot make a directory for temporary files in " + parent + ": " + e, e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The file called {@code name} in it. */
    public Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        lock.close();
        remove(path);
    }

    private static FileChannel open(Path directory) throws IOException {
        return FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void removeAbandoned(Path parent) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                removeUnlessHeld(directory);
            }
        }
    }

    private static void removeUnlessHeld(Path directory) {
        // one without a lock file is just being made
        if (!Files.exists(directory.resolve(LOCK))) {
            return;
        }
        try (FileChannel channel = open(directory);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                remove(directory);
                log.info("removed {}, which a process that was killed had left", directory);
            }
        } catch (OverlappingFileLockException e) {
            log.trace("{} is in use by this process", directory);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("error", e)
                    .addKeyValue("directory", directory)
                    .log("cannot remove old temporary files");
        }
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return;
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
