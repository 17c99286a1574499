package io.neco.host;

import java.io.IOException;

/** An external command ended with a status other than 0; the message tells which command, the status, and its last words. */
public final class CommandFailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LAST_WORDS = 2000;

    private final int exitCode;

    /** @param result the failed command's result */
    public CommandFailedException(CommandResult result) {
        super(describe(result));
        this.exitCode = result.exitCode();
    }

    /** The command's exit status. */
    public int exitCode() {
        return exitCode;
    }

    private static String describe(CommandResult result) {
        String said = (result.stderr().isBlank() ? result.stdout() : result.stderr()).strip();
        if (said.length() > LAST_WORDS) {
            said = "…" + said.substring(said.length() - LAST_WORDS);
        }
        return "`" + String.join(" ", result.command().argv()) + "` failed with exit status " + result.exitCode()
                + (said.isEmpty() ? "" : ": " + said);
    }
}
