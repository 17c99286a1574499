package io.neco.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an SSH session runs, and which files tell of it afterwards; source: pkg/neco/cmd/session_log_start.go at 1eec387.
 *
 * @param argv the program
 * @param recorded names of the files in the session's directory
 */
record SessionCommand(List<String> argv, List<String> recorded) {
    /** The variable with what the client asked for, and the name of the file that tells it afterwards. */
    static final String ORIGINAL = "SSH_ORIGINAL_COMMAND";

    private static final String SFTP_SERVER = "/usr/lib/openssh/sftp-server";
    private static final Set<String> OF_SHELL = Set.of(SFTP_SERVER);

    SessionCommand {
        argv = List.copyOf(argv);
        recorded = List.copyOf(recorded);
    }

    /**
     * Decides.
     *
     * @param original what the client asked for, which may have lost some characters; empty text: a shell
     * @param directory where the session is recorded; empty: it cannot be
     */
    static SessionCommand of(String original, Optional<Path> directory) {
        if (original.isEmpty()) {
            return directory
                    .map(dir -> new SessionCommand(
                            List.of("/usr/bin/script", "-q", "-t" + dir + "/timingfile", "-e", dir + "/typescript"),
                            List.of("typescript", "timingfile")))
                    .orElse(new SessionCommand(List.of("/usr/bin/bash"), List.of()));
        }
        List<String> recorded = directory.isPresent() ? List.of(ORIGINAL) : List.of();
        if (original.equals("internal-sftp")) {
            return new SessionCommand(List.of("/bin/sh", "-c", SFTP_SERVER), recorded);
        }
        if (OF_SHELL.contains(original) || original.startsWith("scp -t")) {
            return new SessionCommand(givenTo("/bin/sh"), recorded);
        }
        return new SessionCommand(givenTo("/usr/bin/bash"), recorded);
    }

    /** What the client asked for goes from variable to shell, past this program: in its characters some bytes would be others. */
    private static List<String> givenTo(String shell) {
        return List.of("/bin/sh", "-c", "exec " + shell + " -c \"$" + ORIGINAL + "\"");
    }
}
