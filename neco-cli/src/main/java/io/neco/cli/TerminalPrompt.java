package io.neco.cli;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal of this process. */
final class TerminalPrompt implements Prompt {
    private final PrintWriter out;

    TerminalPrompt(PrintWriter out) {
        this.out = out;
    }

    /** Whether an open file of this process is a terminal; System.console() has come to mean something else. */
    static boolean isTerminal(int descriptor) {
        String target = target(descriptor);
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /** Whether another process is at the other end of an open file of this process. */
    static boolean isPipe(int descriptor) {
        String target = target(descriptor);
        return target.startsWith("pipe:") || target.startsWith("socket:");
    }

    /** What an open file of this process is: a path, {@code pipe:[...]}; empty when it is not open. */
    static String target(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public boolean isPossible() {
        return isTerminal(0) && isTerminal(1);
    }

    @Override
    public boolean isTyped() {
        return isTerminal(0);
    }

    @Override
    public String line(String question) throws IOException {
        out.print(question);
        out.flush();
        return InterruptOnSignal.reading(() -> readLine(question));
    }

    private static String readLine(String question) throws IOException {
        // byte by byte, as what follows belongs to the next question
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = System.in.read(); b != '\n'; b = System.in.read()) {
            if (b < 0) {
                throw ended(question);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
    }

    // null without a terminal on Java 17
    @SuppressWarnings("SystemConsoleNull")
    @Override
    public String secret(String question) throws IOException {
        Console console = System.console();
        if (console == null) {
            throw new IOException("stdin and stdout are not terminals, so that the answer to \"" + question.strip()
                    + "\" would be shown");
        }
        char[] answer = InterruptOnSignal.reading(() -> console.readPassword("%s", question));
        if (answer == null) {
            throw ended(question);
        }
        return IntactText.require(new String(answer), "the answer to \"" + question.strip() + "\"");
    }

    private static IOException ended(String question) {
        return new IOException("EOF: the input ended without an answer to \"" + question.strip() + "\"");
    }
}
