package io.neco.cli;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What a command sees of the world; given to it, so that tests can give it another one.
 *
 * @param out where results go
 * @param err where complaints and progress go
 * @param isTerminal whether {@code out} is a terminal
 * @param environment environment variables
 * @param root where the host's file system begins
 * @param clock tells the time
 * @param cluster how etcd is reached
 */
public record Surroundings(
        PrintWriter out,
        PrintWriter err,
        boolean isTerminal,
        Map<String, String> environment,
        HostRoot root,
        Clock clock,
        Cluster cluster) {

    /** The process' own. */
    public static Surroundings system() {
        HostRoot root = HostRoot.system();
        return new Surroundings(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                isTerminalOut(),
                System.getenv(),
                root,
                Clock.systemUTC(),
                new ConfiguredCluster(new HostFiles(root)));
    }

    /** The host's files. */
    public HostFiles files() {
        return new HostFiles(root);
    }

    /** Whether standard output is a terminal; System.console() has come to mean something else. */
    private static boolean isTerminalOut() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
