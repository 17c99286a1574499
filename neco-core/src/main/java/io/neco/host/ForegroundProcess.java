package io.neco.host;

import java.io.IOException;

/** A program that has this process' terminal or pipes to itself until it ends. */
public final class ForegroundProcess {
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
        builder.environment().putAll(command.environment());
        Process process = builder.start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            throw e;
        }
    }
}
