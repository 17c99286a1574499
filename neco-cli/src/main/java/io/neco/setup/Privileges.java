package io.neco.setup;

import io.neco.host.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What only root may do. */
public final class Privileges {
    private static final Path SELF = Path.of("/proc/self");

    private Privileges() {}

    /**
     * Fails unless this process may change the host; a scratch tree may be changed by anybody.
     *
     * @param root where the host's file system begins
     * @param refusal the beginning of the message, e.g. {@code run as root}
     */
    public static void requireRoot(HostRoot root, String refusal) throws IOException {
        Object uid = root.isSystem() ? Files.getAttribute(SELF, "unix:uid") : Integer.valueOf(0);
        if (!Integer.valueOf(0).equals(uid)) {
            throw new IOException(refusal + ": this is user id " + uid + "; use sudo");
        }
    }
}
