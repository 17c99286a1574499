package io.neco.dctest.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Sends signals without starting a program each time: a step may be open for 20 ms only. */
final class Signals implements AutoCloseable {
    private final Process shell;
    private final BufferedReader answers;

    Signals() {
        try {
            shell = new ProcessBuilder("sh")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start sh", e);
        }
        answers = shell.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Sends a signal and returns when it is sent.
     *
     * @param signal its name without SIG
     * @param pid a process of this machine, those of the lab's hosts included
     * @return whether there was such a process
     */
    synchronized boolean send(String signal, long pid) {
        try {
            shell.getOutputStream()
                    .write(("kill -" + signal + " " + pid + "; echo $?\n").getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().flush();
            return "0".equals(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException("the shell that sends signals is gone", e);
        }
    }

    @Override
    public void close() {
        shell.destroy();
    }
}
