package io.neco.setup;

import io.neco.host.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps what writes certificates or etcd's data on a host from running twice at a time; the kernel gives it back however the program ends. */
final class SetupLock implements AutoCloseable {
    private static final String FILE = "/run/neco-setup.lock";

    private final FileChannel channel;

    private SetupLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock, or fails at once when another process has it. */
    static SetupLock take(HostFiles files) throws IOException {
        Path file = files.path(FILE);
        Path directory = file.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new SetupLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw busy(file, e);
        }
        channel.close();
        throw busy(file, null);
    }

    private static IOException busy(Path file, @org.jspecify.annotations.Nullable Exception cause) {
        return new IOException(
                "another neco setup, join, etcd restore, cert renew or init-local is running on this host (it holds "
                        + file + "); wait for it or stop it first",
                cause);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
