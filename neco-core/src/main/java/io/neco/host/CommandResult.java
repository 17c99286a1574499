package io.neco.host;

/**
 * What became of a command.
 *
 * @param command the command
 * @param exitCode its exit status; 128 + signal when it was killed
 * @param stdout what it printed
 * @param stderr what it complained about
 */
public record CommandResult(Command command, int exitCode, String stdout, String stderr) {

    /** Whether it exited with status 0. */
    public boolean isSuccess() {
        return exitCode == 0;
    }

    /**
     * This result, or an error that tells command, exit status and what it said.
     *
     * @throws CommandFailedException when the exit status is not 0
     */
    public CommandResult orThrow() throws CommandFailedException {
        if (!isSuccess()) {
            throw new CommandFailedException(this);
        }
        return this;
    }
}
