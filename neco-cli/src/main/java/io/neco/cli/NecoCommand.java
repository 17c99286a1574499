package io.neco.cli;

import java.io.IOException;

/** A command of {@code neco}; its options and parameters are picocli annotations on the class. */
interface NecoCommand {
    /**
     * Does what the command is for.
     *
     * @return exit status, see {@link ExitCode}
     * @throws UsageException when it was called wrongly
     * @throws IOException when it fails for a reason outside
     * @throws InterruptedException when it was told to stop
     */
    int run() throws IOException, InterruptedException;
}
