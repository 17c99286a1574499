package io.neco.host;

import java.nio.file.Path;

/**
 * Where the host's file system begins: {@code /} in production, a scratch directory in tests and dry runs.
 *
 * @param directory the directory that stands for {@code /}
 */
public record HostRoot(Path directory) {

    /** The real host. */
    public static HostRoot system() {
        return new HostRoot(Path.of("/"));
    }

    /**
     * The path below this root that stands for {@code absolute}.
     *
     * @throws IllegalArgumentException when {@code absolute} does not begin with a slash
     */
    public Path resolve(String absolute) {
        if (!absolute.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: " + absolute);
        }
        return directory.resolve(absolute.substring(1));
    }

    /** Whether this is the real host. */
    public boolean isSystem() {
        return directory.equals(Path.of("/"));
    }
}
