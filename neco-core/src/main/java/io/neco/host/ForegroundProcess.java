package io.neco.host;

import java.io.IOException;
import java.util.Map;

/**
 * A program that has this process' terminal or pipes to itself until it ends: the terminal's Ctrl-C is its business alone, and it speaks the
 * language of whoever called this process. What this process does afterwards Ctrl-C does not end either.
 */
public final class ForegroundProcess {
    /** Where the launchers keep the caller's {@code LC_ALL}, as they set another one for the JVM; empty: there was none. */
    static final String CALLERS_LOCALE = "NECO_CALLERS_LC_ALL";

    private ForegroundProcess() {}

    /**
     * Runs a program to its end, however long it takes.
     *
     * @param command its arguments and environment; deadline and input are not used
     * @return its exit status; 128 + signal when it was killed
     * @throws IOException when it cannot be started
     * @throws InterruptedException when the thread is interrupted; the program is told to end
     */
    public static int run(Command command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command.argv()).inheritIO();
        restoreLocale(builder.environment());
        builder.environment().putAll(command.environment());
        TerminalInterrupt.leaveToOthers();
        Process process = builder.start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            throw e;
        }
    }

    static void restoreLocale(Map<String, String> environment) {
        String callers = environment.remove(CALLERS_LOCALE);
        if (callers == null) {
            return;
        }
        if (callers.isEmpty()) {
            environment.remove("LC_ALL");
        } else {
            environment.put("LC_ALL", callers);
        }
    }
}
