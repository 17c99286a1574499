package io.neco.host;

import java.io.IOException;

/** Runs external commands: the seam between Neco and the host's programs. */
@FunctionalInterface
public interface CommandRunner {

    /**
     * Runs a command to its end.
     *
     * @return its result, whatever the exit status
     * @throws IOException when it cannot be started, or did not end within its deadline (it is killed then)
     * @throws InterruptedException when the thread is interrupted; the command is killed
     */
    CommandResult run(Command command) throws IOException, InterruptedException;
}
