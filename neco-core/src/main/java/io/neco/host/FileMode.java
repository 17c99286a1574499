package io.neco.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;

/**
 * Permissions and owner of a file.
 *
 * @param permissions nine letters, e.g. {@code rw-r--r--}
 * @param ownerId user and group id; empty: whoever writes the file (root in production)
 */
public record FileMode(String permissions, OptionalInt ownerId) {
    /** 0644, owner unchanged. */
    public static final FileMode WORLD_READABLE = new FileMode("rw-r--r--", OptionalInt.empty());
    /** 0600, owner unchanged: for secrets. */
    public static final FileMode PRIVATE = new FileMode("rw-------", OptionalInt.empty());
    /** 0600, owned by the user etcd's and Vault's containers run as: for keys they read. */
    public static final FileMode CONTAINER_PRIVATE = new FileMode("rw-------", OptionalInt.of(HostPaths.CONTAINER_UID));
    /** 0440, owner unchanged: as sudo wants its files. */
    public static final FileMode SUDOERS = new FileMode("r--r-----", OptionalInt.empty());
    /** 0755, owner unchanged: programs and directories. */
    public static final FileMode EXECUTABLE = new FileMode("rwxr-xr-x", OptionalInt.empty());
    /** 0700, owned by the user etcd's and Vault's containers run as: their data directories. */
    public static final FileMode CONTAINER_DIRECTORY =
            new FileMode("rwx------", OptionalInt.of(HostPaths.CONTAINER_UID));

    /** Whether {@code path} has these permissions and, looked at on the real host only, this owner. */
    public boolean isOf(Path path, HostRoot root) throws IOException {
        if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(path)).equals(permissions)) {
            return false;
        }
        if (ownerId.isEmpty() || !root.isSystem()) {
            return true;
        }
        Integer id = ownerId.getAsInt();
        return id.equals(Files.getAttribute(path, "unix:uid")) && id.equals(Files.getAttribute(path, "unix:gid"));
    }

    /** Gives {@code path} these permissions and, on the real host only, this owner. */
    void applyTo(Path path, HostRoot root) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        if (ownerId.isPresent() && root.isSystem()) {
            Files.setAttribute(path, "unix:uid", ownerId.getAsInt());
            Files.setAttribute(path, "unix:gid", ownerId.getAsInt());
        }
    }
}
