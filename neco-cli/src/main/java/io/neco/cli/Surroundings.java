package io.neco.cli;

import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.ProcessCommandRunner;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
 * @param commands the host's programs
 * @param prompt asks the operator
 */
public record Surroundings(
        PrintWriter out,
        PrintWriter err,
        boolean isTerminal,
        Map<String, String> environment,
        HostRoot root,
        Clock clock,
        Cluster cluster,
        CommandRunner commands,
        Prompt prompt) {

    /** The process' own. */
    public static Surroundings system() {
        return of(HostRoot.system());
    }

    /** Those of this process, but with the host's files below {@code root}. */
    static Surroundings of(HostRoot root) {
        PrintWriter out = writer(FileDescriptor.out);
        return new Surroundings(
                out,
                writer(FileDescriptor.err),
                TerminalPrompt.isTerminal(1),
                System.getenv(),
                root,
                Clock.systemUTC(),
                new ConfiguredCluster(new HostFiles(root)),
                new ProcessCommandRunner(),
                new TerminalPrompt(out));
    }

    /**
     * The exit status of a command that has done its work, to the last byte of its result.
     *
     * @throws IOException when the result could not be written
     */
    int writtenStatus() throws IOException {
        if (!out.checkError()) {
            return ExitCode.OK;
        }
        if (TerminalPrompt.isPipe(1)) {
            return ExitCode.NOBODY_READS;
        }
        throw new IOException("the result could not be written to standard output, " + TerminalPrompt.target(1));
    }

    /** The host's files. */
    public HostFiles files() {
        return new HostFiles(root);
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
