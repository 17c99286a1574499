package io.neco.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Runs a program made of one picocli command: help on standard output, errors as one line on standard error, and a status.
 *
 * @param command the command
 * @param failed the status when it fails for a reason outside of the program, or is called wrongly
 */
public record Tool(Callable<Integer> command, int failed) {

    /**
     * Runs the command.
     *
     * @param out where results go
     * @param err where messages go
     * @return the status to exit with
     */
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(command).setOut(out).setErr(err);
        // no --version: tools are run from the source tree
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("this text")
                        .build());
        line.getCommandSpec().exitCodeOnInvalidInput(failed).exitCodeOnExecutionException(failed);
        line.setExecutionExceptionHandler(told(line.getCommandName()));
        line.setParameterExceptionHandler((error, given) -> {
            err.println(line.getCommandName() + ": " + error.getMessage() + "; see --help");
            return failed;
        });
        int status = line.execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    /** Runs the command with the process' streams and exits. */
    public void runAndExit(String... arguments) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), arguments));
    }

    private static IExecutionExceptionHandler told(String name) {
        return (error, line, parsed) -> {
            if (isExpected(error)) {
                line.getErr().println(name + ": " + error.getMessage());
            } else {
                line.getErr().println(name + ": internal error");
                error.printStackTrace(line.getErr());
            }
            return line.getCommandSpec().exitCodeOnExecutionException();
        };
    }

    private static boolean isExpected(Exception error) {
        return error instanceof IOException
                || error instanceof UncheckedIOException
                || error instanceof IllegalArgumentException;
    }
}
